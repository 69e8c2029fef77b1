import type { Store } from "./types.ts";

/* What the roll-ups say (rollup.ts): a few thousand rows at most, whatever the number of events. */

export type Facet = "kind" | "model" | "user" | "category" | "severity" | "hour";

export interface Counted {
  value: string;
  label: string | null;
  events: number;
  last_at: string;
}

/** All events of a day, and of them what happened to records. */
export interface DayCount {
  day: string;
  events: number;
  created: number;
  updated: number;
  deleted: number;
}

export async function countByDay(store: Store, ids: string[], from: string, to: string): Promise<DayCount[]> {
  return store.database.query(
    `SELECT day::text AS day, sum(events)::bigint AS events,
       coalesce(sum(events) FILTER (WHERE value = 'record.created'), 0)::bigint AS created,
       coalesce(sum(events) FILTER (WHERE value = 'record.updated'), 0)::bigint AS updated,
       coalesce(sum(events) FILTER (WHERE value = 'record.deleted'), 0)::bigint AS deleted
     FROM event_count
     WHERE instance_id = ANY($1::uuid[]) AND facet = 'kind' AND day BETWEEN $2 AND $3 GROUP BY day ORDER BY day`,
    [ids, from, to],
  );
}

export async function countByFacet(
  store: Store,
  ids: string[],
  facet: Facet,
  period: { from: string; to: string },
  page: { limit: number; offset?: number },
): Promise<Counted[]> {
  return store.database.query<Counted>(
    `SELECT value, max(label) AS label, sum(events)::bigint AS events, max(last_at) AS last_at FROM event_count
     WHERE instance_id = ANY($1::uuid[]) AND facet = $2 AND day BETWEEN $3 AND $4 GROUP BY value ORDER BY events DESC, value LIMIT $5 OFFSET $6`,
    [ids, facet, period.from, period.to, page.limit, page.offset ?? 0],
  );
}

/** Of the fleet: sessions that are open now. */
export async function countLiveSessions(store: Store, ids: string[]): Promise<number> {
  const [row] = await store.database.query<{ count: number }>(
    "SELECT count(*) AS count FROM session WHERE instance_id = ANY($1::uuid[]) AND ended_at IS NULL",
    [ids],
  );
  return row!.count;
}
