import { Type } from "typebox";
import { InstanceParams } from "../contract/common.ts";
import { EventFilters } from "../contract/events.ts";
import { instanceOf } from "../instances/find.ts";
import { type Route, route } from "../route.ts";
import { filterOf } from "../trail/filter.ts";
import { follow } from "./follow.ts";

const { from: _, to: __, q: ___, ...filters } = EventFilters;
const Query = Type.Object({
  ...filters,
  last_event_id: Type.Optional(
    Type.String({ maxLength: 8000, description: "go on behind this message, as the header Last-Event-ID does" }),
  ),
});
const ABOUT =
  "Each message's `data` is an Event, its `id` the place behind it: with `Last-Event-ID` a reader goes on without a gap. The first message is `event: hello`.";

const lastOf = (header: string | string[] | undefined, query: string | undefined): string | undefined =>
  (typeof header === "string" && header !== "" ? header : undefined) ?? query;

const streamInstance = route({
  method: "GET",
  path: "/api/instances/{id}/stream",
  permission: "view:audit_logs",
  summary: "New events of one Odoo as they are stored (server-sent events)",
  description: ABOUT,
  streams: ["text/event-stream"],
  schema: { params: InstanceParams, query: Query },
  handler: async (context) => {
    const { last_event_id, ...query } = context.query;
    const { id } = await instanceOf(context.store, context.params.id);
    const last = lastOf(context.request.headers["last-event-id"], last_event_id);
    return follow(context, filterOf(query), async () => [await instanceOf(context.store, id)], last);
  },
});

const streamAll = route({
  method: "GET",
  path: "/api/stream",
  permission: "view:audit_logs",
  summary: "New events of all of them as they are stored (server-sent events)",
  description: ABOUT,
  streams: ["text/event-stream"],
  schema: { query: Query },
  handler: async (context) => {
    const { last_event_id, ...query } = context.query;
    const last = lastOf(context.request.headers["last-event-id"], last_event_id);
    return follow(context, filterOf(query), () => context.store.instances.list(), last);
  },
});

export const STREAM_ROUTES: readonly Route[] = [streamInstance, streamAll];
