import { listFindings } from "../../findings/index.ts";
import { openPlaces, type Places } from "../../places/index.ts";
import { blockUser, endSessions, listLogins, listSessions } from "../../sessions/index.ts";
import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import {
  FindingFilters,
  FindingList,
  LoginFilters,
  LoginList,
  SessionEnd,
  SessionFilters,
  SessionList,
  SessionsEnded,
  UserBlock,
  UserBlocked,
} from "../contract/sessions.ts";
import { instanceOf } from "../instances/find.ts";
import { Problem } from "../problem.ts";
import { type Context, type Route, route } from "../route.ts";
import type { ApiServices } from "../services.ts";
import { moment } from "../trail/filter.ts";

const listSessionsRoute = route({
  method: "GET",
  path: "/api/instances/{id}/sessions",
  permission: "view:sessions",
  summary: "Who is and was signed in to this Odoo, newest first",
  schema: { params: InstanceParams, query: SessionFilters, response: SessionList },
  handler: async ({ store, params, query }) => {
    const { id } = await instanceOf(store, params.id);
    return listSessions(store, { ...query, instance: id });
  },
});

const endSessionsRoute = route({
  method: "POST",
  path: "/api/instances/{id}/sessions/end",
  permission: "end:sessions",
  summary: "End sessions: refused at their very next request to Odoo",
  slow: true,
  schema: { params: InstanceParams, body: SessionEnd, response: SessionsEnded },
  handler: async (context) => {
    const { params, body, services, store } = context;
    const { id, name } = await instanceOf(store, params.id);
    const { session, user, all, reason } = body;
    if ([session, user, all].filter((one) => one !== undefined).length !== 1)
      throw new Problem("invalid-request", "Say which sessions: exactly one of `session`, `user`, `all`.", {
        errors: [{ path: "body", message: "must hold exactly one of session, user, all" }],
      });
    const entry = {
      action: "session.ended",
      resource_type: "instance",
      resource_id: id,
      resource_name: name,
      details: { why: reason, ...(session ? { session } : user ? { user } : { all: true }) },
    } as const;
    return act(context, entry, (audited) =>
      endSessions(audited, services.connect, { instance: id, session, user, all, reason, actor: actorOf(context) }),
    );
  },
});

const blockUserRoute = route({
  method: "POST",
  path: "/api/instances/{id}/sessions/block",
  permission: "end:sessions",
  summary: "Block a user's logins and end what is open; or unblock",
  slow: true,
  schema: { params: InstanceParams, body: UserBlock, response: UserBlocked },
  handler: async (context) => {
    const { params, body, services, store } = context;
    const { id, name } = await instanceOf(store, params.id);
    const entry = {
      action: body.blocked ? "session.user_blocked" : "session.user_unblocked",
      resource_type: "instance",
      resource_id: id,
      resource_name: name,
      details: { user: body.user, why: body.reason },
    } as const;
    return act(context, entry, (audited) =>
      blockUser(audited, services.connect, { ...body, instance: id, actor: actorOf(context) }),
    );
  },
});

const listLoginsRoute = route({
  method: "GET",
  path: "/api/instances/{id}/logins",
  permission: "view:sessions",
  summary: "Logins and attempts with place and device, newest first",
  schema: { params: InstanceParams, query: LoginFilters, response: LoginList },
  handler: async ({ store, params, query, services }) => {
    const { id } = await instanceOf(store, params.id);
    return listLogins(store, { ...query, ...periodOf(query), instance: id }, await placesOf(services));
  },
});

const listFindingsRoute = route({
  method: "GET",
  path: "/api/instances/{id}/findings",
  permission: "view:sessions",
  summary: "What the rules found suspicious, with the events that show it",
  schema: { params: InstanceParams, query: FindingFilters, response: FindingList },
  handler: async ({ store, params, query }) => {
    const { id } = await instanceOf(store, params.id);
    return listFindings(store, { ...query, ...periodOf(query), instance: id });
  },
});

const actorOf = ({ principal }: Context): string => principal.email ?? principal.name;

function periodOf({ from, to }: { from?: string; to?: string }): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from: moment(from, "from", "T00:00:00.000000Z") }),
    ...(to === undefined ? {} : { to: moment(to, "to", "T23:59:59.999999Z") }),
  };
}

const opened = new WeakMap<ApiServices, Promise<Places>>();

/** The service's own, else opened at the first question: 60 MB that most commands and tests never need. */
function placesOf(services: ApiServices): Places | Promise<Places> {
  if (services.places !== undefined) return services.places;
  const { geoCityFile: cityFile, geoAsnFile: asnFile } = services.settings;
  const places = opened.get(services) ?? openPlaces({ cityFile, asnFile });
  opened.set(services, places);
  return places;
}

export const SESSION_ROUTES: readonly Route[] = [
  listSessionsRoute,
  endSessionsRoute,
  blockUserRoute,
  listLoginsRoute,
  listFindingsRoute,
];
