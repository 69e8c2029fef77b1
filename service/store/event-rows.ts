import type { Row } from "./database.ts";
import { TRAIL_COLUMNS } from "./trail.ts";
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
