import { type Counted, countByDay, countByFacet, type Facet } from "../../store/activity-rows.ts";
import { Activity, PeriodQuery } from "../contract/activity.ts";
import { InstanceParams } from "../contract/common.ts";
import { instanceOf } from "../instances/find.ts";
import { route } from "../route.ts";
import { daysOf, filled } from "./period.ts";

const TOP = 50;

export const showActivity = route({
  method: "GET",
  path: "/api/instances/{id}/activity",
  permission: "view:audit_logs",
  summary: "Counts for charts: by day, hour, kind, model, user, category, severity",
  schema: { params: InstanceParams, query: PeriodQuery, response: Activity },
  handler: async ({ store, params, query }) => {
    const { id } = await instanceOf(store, params.id);
    const period = query.period ?? "7d";
    const days = daysOf(period, store.clock());
    const top = async (facet: Facet, limit = TOP) =>
      (await countByFacet(store, [id], facet, days, { limit })).map(presentCount);
    const byHour = await top("hour");
    const counted = filled(days, await countByDay(store, [id], days.from, days.to));
    return {
      period,
      from: days.from,
      to: days.to,
      total: counted.reduce((sum, { events }) => sum + events, 0),
      days: counted,
      hours: Array.from({ length: 24 }, (_, hour) => byHour.find(({ value }) => Number(value) === hour)?.events ?? 0),
      kinds: await top("kind"),
      models: await top("model"),
      users: await top("user"),
      categories: await top("category"),
      severities: await top("severity"),
    };
  },
});

export function presentCount({ value, label, events }: Counted): { value: string; label?: string; events: number } {
  return { value, ...(label === null ? {} : { label }), events };
}
