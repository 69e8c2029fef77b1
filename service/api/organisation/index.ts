import { changeOrganisation, readOrganisation } from "../../accounts/index.ts";
import { visitOf } from "../auth/visit.ts";
import { Organisation, OrganisationChange } from "../contract/organisation.ts";
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
  summary: "Rename it, or keep its own audit log longer or shorter",
  schema: { body: OrganisationChange, response: Organisation },
  handler: ({ body, principal, services, request }) =>
    changeOrganisation(services.accounts, principal, visitOf(request), body),
});

export const ORGANISATION_ROUTES: readonly Route[] = [get, change];
