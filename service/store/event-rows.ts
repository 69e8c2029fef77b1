import type { Queryable, Row } from "./database.ts";
import { TRAIL_COLUMNS } from "./trail.ts";
import { type TrailFilter, trailConditions } from "./trail-filter.ts";
import type { Store } from "./types.ts";

/** One event by its seq. Its batch tells day and class, so that one partition is opened and not all (0.3 ms). */
export async function readEvent(store: Store, instanceId: string, seq: number): Promise<Row | undefined> {
  const [place] = await store.database.query<{ received_on: string; retention_days: number }>(
    `SELECT received_on::text AS received_on, retention_days FROM batch
     WHERE instance_id = $1 AND first_seq <= $2 ORDER BY first_seq DESC LIMIT 1`,
    [instanceId, seq],
  );
  if (place === undefined) return undefined;
  const [row] = await store.database.query(
    `SELECT ${TRAIL_COLUMNS}, e.retention_days, e.origin_type, e.commitments FROM event e
     WHERE e.organisation_id = $1 AND e.instance_id = $2 AND e.received_on = $3 AND e.seq = $4 AND e.retention_days = $5`,
    [store.organisationId, instanceId, place.received_on, seq, place.retention_days],
  );
  return row;
}

/** Hashes of a run of events of one day and class, one after the other. */
export async function readHashes(
  store: Store,
  instanceId: string,
  run: { first_seq: number; last_seq: number; received_on: string; retention_days: number },
): Promise<Buffer> {
  const rows = await store.database.query<{ hash: Buffer }>(
    `SELECT hash FROM event WHERE instance_id = $1 AND received_on = $2 AND retention_days = $3 AND seq BETWEEN $4 AND $5 ORDER BY seq`,
    [instanceId, run.received_on, run.retention_days, run.first_seq, run.last_seq],
  );
  return Buffer.concat(rows.map(({ hash }) => hash));
}

/** The events after `seq` up to `to`, ascending, at most `limit`. The first batch tells the day to begin at. */
export async function readAfter(
  store: Store,
  instanceId: string,
  filter: TrailFilter,
  range: { seq: number; to: number; limit: number },
): Promise<Row[]> {
  const [place] = await store.database.query<{ day: string; classes: number[] }>(
    `SELECT min(received_on)::text AS day, array_agg(DISTINCT retention_days) AS classes FROM batch
     WHERE instance_id = $1 AND first_seq <= $3
       AND first_seq >= coalesce((SELECT max(b.first_seq) FROM batch b WHERE b.instance_id = $1 AND b.first_seq <= $2 + 1), 0)`,
    [instanceId, range.seq, range.to],
  );
  if (place?.day == null) return [];
  const parameters: unknown[] = [store.organisationId, instanceId, range.seq, range.to];
  const where = [
    "e.organisation_id = $1 AND e.instance_id = $2 AND e.seq > $3 AND e.seq <= $4",
    `e.retention_days IN (${place.classes.map(Number).join(", ")})`,
    `(e.received_on, e.seq) > ('${place.day}'::date, $3::bigint) AND e.received_on >= '${place.day}'`,
    ...trailConditions(filter, parameters),
  ];
  return store.database.query(
    `SELECT ${TRAIL_COLUMNS} FROM event e WHERE ${where.join(" AND ")} ORDER BY e.received_on, e.seq LIMIT ${Number(range.limit)}`,
    parameters,
  );
}

/** How far each instance of every organisation has come. */
export async function readHeads(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; head_seq: number }>(
    "SELECT id, head_seq FROM instance WHERE kind = 'odoo'",
  );
  return new Map(rows.map(({ id, head_seq }) => [id, head_seq]));
}
