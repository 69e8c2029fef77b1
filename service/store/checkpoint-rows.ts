import type { SegmentRow } from "./chain-rows.ts";
import type { Queryable } from "./database.ts";

/** Checkpoints of an instance, newest first. */
export async function readCheckpoints(
  db: Queryable,
  instanceId: string,
  page: { below?: number | undefined; limit: number; offset: number },
): Promise<(SegmentRow & { purged: boolean })[]> {
  return db.query(
    `SELECT s.*, EXISTS (SELECT 1 FROM tombstone t WHERE t.instance_id = s.instance_id AND t.segment_number = s.number) AS purged
     FROM segment s WHERE s.instance_id = $1 AND ($2::bigint IS NULL OR s.number < $2) ORDER BY s.number DESC LIMIT $3 OFFSET $4`,
    [instanceId, page.below ?? null, page.limit, page.offset],
  );
}

/** The segment that an event lies in; undefined while it is not sealed. */
export async function segmentOf(db: Queryable, instanceId: string, seq: number): Promise<SegmentRow | undefined> {
  const [row] = await db.query<SegmentRow>(
    "SELECT * FROM segment WHERE instance_id = $1 AND first_seq <= $2 ORDER BY first_seq DESC LIMIT 1",
    [instanceId, seq],
  );
  return row !== undefined && row.last_seq >= seq ? row : undefined;
}
