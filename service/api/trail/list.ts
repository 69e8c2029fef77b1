import { findInstanceRef } from "../../store/instances.ts";
import { InstanceParams } from "../contract/common.ts";
import { EventList, EventQuery } from "../contract/events.ts";
import { route } from "../route.ts";
import { instancePage, trailPage } from "./page.ts";

export const listInstanceTrail = route({
  method: "GET",
  path: "/api/instances/{id}/audit-trail",
  permission: "view:audit_logs",
  summary: "What happened in one Odoo, newest first",
  description: "Ordered by reception (`seq`). `cursor` stays valid while events come; `offset` reaches to 10,000.",
  schema: { params: InstanceParams, query: EventQuery, response: EventList },
  handler: async (context) => instancePage(context, await findInstanceRef(context.store, context.params.id)),
});

export const listTrail = route({
  method: "GET",
  path: "/api/audit-trail",
  permission: "view:audit_logs",
  summary: "What happened in all of them, newest first",
  schema: { query: EventQuery, response: EventList },
  handler: async (context) => trailPage(context, await context.store.instances.list()),
});
