import type { EventRecord } from "../chain/record.ts";
import { ROW_COLUMNS, RowReader } from "../chain/row.ts";
import type { Queryable } from "./database.ts";
import type { Store } from "./types.ts";

/* What sealing and verifying read and write; the rules are in service/chain. */

export interface BatchRow {
  batch_no: number;
  first_seq: number;
  last_seq: number;
  last_hash: Buffer;
  retention_days: number;
  received_on: string;
}
export interface SegmentRow {
  organisation_id: string;
  number: number;
  first_seq: number;
  last_seq: number;
  retention_days: number;
  received_on: string;
  body: string;
  hash: Buffer;
  signature: string;
  public_key: string;
  sealed_at: string;
}
export interface TombstoneRow {
  organisation_id: string;
  number: number;
  segment_number: number;
  body: string;
  hash: Buffer;
  signature: string;
  public_key: string;
  purged_at: string;
}
export interface Stretch {
  first_seq: number;
  last_seq: number;
  retention_days: number;
  received_on: string;
}

const WINDOW = 10_000;
const UUID = /^[0-9a-f-]{36}$/;

/**
 * The rows of the events of one day and class, ascending; a reader comes back with each piece that was read, until its
 * rows are taken. Read by windows of seq, so that neither store nor service holds more than one.
 */
export async function* readRows(store: Store, instanceId: string, stretch: Stretch): AsyncGenerator<RowReader> {
  if (!UUID.test(instanceId) || !/^\d{4}-\d\d-\d\d$/.test(stretch.received_on))
    throw new TypeError("COPY takes no parameters: refused");
  for (let first = stretch.first_seq; first <= stretch.last_seq; first += WINDOW) {
    const last = Math.min(first + WINDOW - 1, stretch.last_seq);
    const sql = `COPY (SELECT ${ROW_COLUMNS.join(", ")} FROM event WHERE instance_id = '${instanceId}' AND received_on = '${stretch.received_on}'
      AND retention_days = ${Number(stretch.retention_days)} AND seq BETWEEN ${Number(first)} AND ${Number(last)} ORDER BY seq) TO STDOUT (FORMAT binary)`;
    const rows = new RowReader();
    for await (const piece of store.database.copyOut(sql)) {
      rows.feed(piece);
      yield rows;
    }
  }
}

export async function readBatches(db: Queryable, instanceId: string, afterSeq: number): Promise<BatchRow[]> {
  return db.query<BatchRow>(
    `SELECT batch_no, first_seq, last_seq, last_hash, retention_days, received_on FROM batch
     WHERE instance_id = $1 AND last_seq > $2 ORDER BY batch_no`,
    [instanceId, afterSeq],
  );
}

export async function readSegments(db: Queryable, instanceId: string): Promise<SegmentRow[]> {
  return db.query<SegmentRow>("SELECT * FROM segment WHERE instance_id = $1 ORDER BY number", [instanceId]);
}

export async function lastSegment(db: Queryable, instanceId: string): Promise<SegmentRow | undefined> {
  return (
    await db.query<SegmentRow>("SELECT * FROM segment WHERE instance_id = $1 ORDER BY number DESC LIMIT 1", [
      instanceId,
    ])
  )[0];
}

export async function segmentsAfter(db: Queryable, instanceId: string, number: number): Promise<SegmentRow[]> {
  return db.query<SegmentRow>("SELECT * FROM segment WHERE instance_id = $1 AND number > $2 ORDER BY number", [
    instanceId,
    number,
  ]);
}

/** The last checkpoint that the webhook took; 0 before the first. */
export async function webhookNumber(db: Queryable, instanceId: string): Promise<number> {
  const [row] = await db.query<{ webhook_number: number }>("SELECT webhook_number FROM instance WHERE id = $1", [
    instanceId,
  ]);
  return row!.webhook_number;
}

/** Never backwards: two services may post at once. */
export async function storeWebhookNumber(db: Queryable, instanceId: string, number: number): Promise<void> {
  await db.query(
    "UPDATE instance SET webhook_number = greatest(webhook_number, $2), webhook_failures = 0, webhook_error = NULL WHERE id = $1",
    [instanceId, number],
  );
}

export async function storeWebhookFailure(db: Queryable, instanceId: string, error: string): Promise<void> {
  await db.query("UPDATE instance SET webhook_failures = webhook_failures + 1, webhook_error = $2 WHERE id = $1", [
    instanceId,
    error,
  ]);
}

export async function insertSegment(db: Queryable, instanceId: string, row: SegmentRow): Promise<void> {
  await db.query(
    `INSERT INTO segment (organisation_id, instance_id, number, first_seq, last_seq, retention_days, received_on, body, hash, signature, public_key, sealed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.organisation_id, instanceId, row.number, row.first_seq, row.last_seq, row.retention_days, row.received_on, row.body, row.hash,
      row.signature, row.public_key, row.sealed_at,
    ], // biome-ignore format: as the statement reads
  );
}

export async function readTombstones(db: Queryable, instanceId: string): Promise<TombstoneRow[]> {
  return db.query<TombstoneRow>("SELECT * FROM tombstone WHERE instance_id = $1 ORDER BY number", [instanceId]);
}

export interface StoredHead {
  organisation_id: string;
  seq: number;
  hash: Buffer;
}

export async function readStoredHead(db: Queryable, instanceId: string): Promise<StoredHead> {
  const [row] = await db.query<StoredHead>(
    "SELECT organisation_id, head_seq AS seq, head_hash AS hash FROM instance WHERE id = $1",
    [instanceId],
  );
  return row!;
}

/** Events up to `seq`, and events where none may be: beyond the head, below 1, or with another organisation's id. */
export async function countEvents(
  db: Queryable,
  instanceId: string,
  seq: number,
): Promise<{ upTo: number; strays: number }> {
  const [row] = await db.query<{ up_to: number; strays: number }>(
    `SELECT count(*) FILTER (WHERE e.seq <= $2) AS up_to,
       count(*) FILTER (WHERE e.seq > i.head_seq OR e.seq < 1 OR e.organisation_id <> i.organisation_id) AS strays
     FROM event e JOIN instance i ON i.id = e.instance_id WHERE e.instance_id = $1`,
    [instanceId, seq],
  );
  return { upTo: row!.up_to, strays: row!.strays };
}

/** A seq that stands in the store more than once, or where none may be; for the message of a broken chain. */
export async function findStray(db: Queryable, instanceId: string): Promise<number | undefined> {
  const [row] = await db.query<{ seq: number }>(
    `SELECT seq FROM (
       SELECT e.seq FROM event e WHERE e.instance_id = $1 GROUP BY e.seq HAVING count(*) > 1
       UNION ALL SELECT e.seq FROM event e JOIN instance i ON i.id = e.instance_id
         WHERE e.instance_id = $1 AND (e.seq > i.head_seq OR e.seq < 1 OR e.organisation_id <> i.organisation_id)
     ) AS stray ORDER BY seq LIMIT 1`,
    [instanceId],
  );
  return row?.seq;
}

/** What the chain's own events say was erased. Verified like every event; found by the index of rare kinds. */
export async function readErasures(db: Queryable, instanceId: string): Promise<string[]> {
  const rows = await db.query<{ details: string }>(
    "SELECT details::text AS details FROM event WHERE instance_id = $1 AND kind = 'tracking.erased' AND details IS NOT NULL",
    [instanceId],
  );
  return rows.map(({ details }) => details);
}

/** Puts what is left of erased events in their place; the owner's work. */
export async function replaceErased(tx: Queryable, instanceId: string, records: EventRecord[]): Promise<void> {
  for (const r of records) {
    await tx.query(
      `UPDATE event SET record_name = $5, user_id = $6, user_login = $7, user_name = $8, as_user = $9::json, session = $10, ip = $11,
         user_agent = $12, changes = $13::json, details = $14::json, commitments = $15
       WHERE instance_id = $1 AND received_on = $2 AND seq = $3 AND retention_days = $4`,
      [
        instanceId, r.received_on, r.seq, r.retention_days, r.record_name, r.user_id, r.user_login, r.user_name, r.as_user, r.session,
        r.ip, r.user_agent, r.changes, r.details, r.commitments,
      ], // biome-ignore format: as the statement reads
    );
  }
}

/** Copies of a person's name beside the evidence: counts by user, sessions, findings. They are derived, or told by Odoo. */
export async function forgetLogin(tx: Queryable, instanceId: string, login: string): Promise<void> {
  await tx.query("DELETE FROM event_count WHERE instance_id = $1 AND facet = 'user' AND value = $2", [
    instanceId,
    login,
  ]);
  await tx.query("DELETE FROM session WHERE instance_id = $1 AND user_login = $2", [instanceId, login]);
  await tx.query("DELETE FROM notice WHERE instance_id = $1 AND user_login = $2", [instanceId, login]);
  await tx.query("DELETE FROM finding WHERE instance_id = $1 AND user_login = $2", [instanceId, login]);
}
