import { changeOrganisation, readOrganisation, transferOwnership } from "../../accounts/index.ts";
import { GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "../auth/visit.ts";
import { Organisation, OrganisationChange, Transfer } from "../contract/organisation.ts";
import { type Route, route } from "../route.ts";

const get = route({
  method: "GET",
  path: "/api/organisation",
  permission: "signed-in",
  summary: "The organisation that you work in",
  schema: { response: Organisation },
  handler: ({ principal, services }) => readOrganisation(services.accounts, principal),
});

const change = route({
  method: "PATCH",
  path: "/api/organisation",
  permission: "manage:organisation",
  summary: "Rename it, keep its own audit log longer or shorter, or hold it",
  schema: { body: OrganisationChange, response: Organisation },
  handler: ({ body, principal, services, request }) =>
    changeOrganisation(services.accounts, principal, visitOf(request), body),
});

const transfer = route({
  method: "POST",
  path: "/api/organisation/transfer",
  permission: "manage:organisation",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Hand the organisation over: another member becomes its Owner, and you an Admin",
  schema: { body: Transfer },
  handler: async ({ body, principal, services, request, reply }) => {
    await withRetryAfter(reply, transferOwnership(services.accounts, principal, visitOf(request), body));
    return undefined;
  },
});

export const ORGANISATION_ROUTES: readonly Route[] = [get, change, transfer];
