import type { Transaction } from "./database.ts";
import type { Store } from "./types.ts";

/** Events read in one step; about half a second on one core. */
const STEP = 50_000;

/**
 * Brings the counts and slots of every instance up to its head. Each step is one transaction with the number it
 * reached: interrupted or run twice at once (two services), each event is counted once. Returns how many were counted.
 */
export async function rollUp(store: Store): Promise<number> {
  let counted = 0;
  const behind = await store.database.query<{ id: string; rolled_seq: number; head_seq: number }>(
    `SELECT i.id, coalesce(r.rolled_seq, 0) AS rolled_seq, i.head_seq FROM instance i LEFT JOIN rollup r ON r.instance_id = i.id
     WHERE i.head_seq > coalesce(r.rolled_seq, 0) AND i.kind = 'odoo'`,
  );
  for (const { id, rolled_seq, head_seq } of behind) {
    for (let from = rolled_seq; from < head_seq; from += STEP) {
      const to = Math.min(from + STEP, head_seq);
      if (!(await store.database.transaction((tx) => step(tx, id, from, to)))) break; // another service is at it
      counted += to - from;
    }
  }
  return counted;
}

/**
 * One reading of the events for all counts: they are grouped by everything first, and each facet is counted over the
 * groups. 9 us an event; counting each facet over the events themselves took 28.
 */
const COUNT = `WITH grouped AS MATERIALIZED (
    SELECT e.received_on, e.retention_days, date_bin('1 hour', e.received_at, 'epoch'::timestamptz) AS received,
      date_bin('1 hour', e.occurred_at, 'epoch'::timestamptz) AS occurred, e.kind, e.category, e.severity, e.model, e.user_login,
      max(e.model_label) AS model_label, max(e.user_name) AS user_name, count(*) AS events, min(e.seq) AS first_seq, max(e.seq) AS last_seq,
      min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at
    FROM event e WHERE e.instance_id = $1 AND e.seq > $2 AND e.seq <= $3 AND e.received_on BETWEEN $4 AND $5
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
  ), slots AS (
    INSERT INTO event_slot (instance_id, received_on, hour, retention_days, first_seq, last_seq, events, first_occurred_at, last_occurred_at)
    SELECT $1, received_on, extract(hour FROM received AT TIME ZONE 'UTC')::int, retention_days, min(first_seq), max(last_seq), sum(events),
      min(first_at), max(last_at)
    FROM grouped GROUP BY 2, 3, 4
    ON CONFLICT (instance_id, received_on, hour, retention_days) DO UPDATE SET
      first_seq = least(event_slot.first_seq, excluded.first_seq), last_seq = greatest(event_slot.last_seq, excluded.last_seq),
      events = event_slot.events + excluded.events,
      first_occurred_at = least(event_slot.first_occurred_at, excluded.first_occurred_at),
      last_occurred_at = greatest(event_slot.last_occurred_at, excluded.last_occurred_at)
  )
  INSERT INTO event_count (instance_id, day, facet, value, label, events, last_at)
  SELECT $1, (g.occurred AT TIME ZONE 'UTC')::date, f.facet, f.value, max(f.label), sum(g.events), max(g.last_at)
  FROM grouped g CROSS JOIN LATERAL (VALUES ('kind', g.kind, NULL), ('model', g.model, g.model_label), ('user', g.user_login, g.user_name),
    ('category', g.category, NULL), ('severity', g.severity, NULL),
    ('hour', to_char(g.occurred AT TIME ZONE 'UTC', 'HH24'), NULL)) AS f(facet, value, label)
  WHERE f.value IS NOT NULL GROUP BY 2, 3, 4
  ON CONFLICT (instance_id, facet, day, value) DO UPDATE SET events = event_count.events + excluded.events,
    label = coalesce(excluded.label, event_count.label), last_at = greatest(event_count.last_at, excluded.last_at)`;

async function step(tx: Transaction, instanceId: string, from: number, to: number): Promise<boolean> {
  const moved = await tx.query(
    `INSERT INTO rollup (instance_id, rolled_seq) VALUES ($1, $3)
     ON CONFLICT (instance_id) DO UPDATE SET rolled_seq = $3 WHERE rollup.rolled_seq = $2 RETURNING 1`,
    [instanceId, from, to],
  );
  if (moved.length === 0) return false;
  // the days are read first: with them the key (instance_id, received_on, seq) is used, without them every partition
  const [days] = await tx.query<{ low: string | null; high: string | null }>(
    "SELECT min(received_on)::text AS low, max(received_on)::text AS high FROM batch WHERE instance_id = $1 AND first_seq <= $3 AND first_seq >= coalesce((SELECT max(first_seq) FROM batch WHERE instance_id = $1 AND first_seq <= $2 + 1), 0)",
    [instanceId, from, to],
  );
  await tx.query(COUNT, [instanceId, from, to, days?.low ?? "-infinity", days?.high ?? "infinity"]);
  return true;
}

/** Counts must not outlive what they count: a user's name would stay after retention took the events. */
export async function forgetOldCounts(store: Store): Promise<void> {
  const today = store.clock().toISOString().slice(0, 10);
  for (const [table, day] of [
    ["event_slot", "received_on"],
    ["event_count", "day"],
  ]) {
    await store.database.query(
      `DELETE FROM ${table} c USING instance i, organisation o WHERE i.id = c.instance_id AND o.id = i.organisation_id
         AND i.hold_reason IS NULL AND c.${day} < $1::date - coalesce(i.retention_days, o.retention_days) - 7`,
      [today],
    );
  }
}
