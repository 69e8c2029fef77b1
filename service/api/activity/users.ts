import { Type } from "typebox";
import { microseconds } from "../../chain/record.ts";
import { countByFacet } from "../../store/activity-rows.ts";
import { PeriodQuery, UserList } from "../contract/activity.ts";
import { InstanceParams, Paging } from "../contract/common.ts";
import { instanceOf } from "../instances/find.ts";
import { readCursor, writeCursor } from "../paging.ts";
import { route } from "../route.ts";
import { daysOf } from "./period.ts";

const isPlace = (place: unknown): place is { o: number } => {
  const { o } = (place ?? {}) as { o?: unknown };
  return Number.isSafeInteger(o) && (o as number) >= 0 && (o as number) <= 1_000_000;
};

export const listUsers = route({
  method: "GET",
  path: "/api/instances/{id}/users",
  permission: "view:audit_logs",
  summary: "Who did something, the most active first (default: the last 90 days)",
  schema: { params: InstanceParams, query: Type.Object({ ...PeriodQuery.properties, ...Paging }), response: UserList },
  handler: async ({ store, params, query }) => {
    const { id } = await instanceOf(store, params.id);
    const days = daysOf(query.period ?? "90d", store.clock());
    const limit = query.limit ?? 50;
    const offset = query.cursor === undefined ? (query.offset ?? 0) : readCursor(query.cursor, isPlace).o;
    const rows = await countByFacet(store, [id], "user", days, { limit: limit + 1, offset });
    const items = rows.slice(0, limit).map(({ value, label, events, last_at }) => ({
      login: value,
      ...(label === null ? {} : { name: label }),
      events,
      last_event_at: microseconds(last_at),
    }));
    return rows.length > limit ? { items, next_cursor: writeCursor({ o: offset + limit }) } : { items };
  },
});
