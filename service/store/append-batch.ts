import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { chainEvents } from "../chain/chain-events.ts";
import { microseconds } from "../chain/record.ts";
import { ROW_COLUMNS } from "../chain/row.ts";
import { SaltSource } from "../chain/salts.ts";
import type { Transaction } from "./database.ts";
import { LeaseError } from "./errors.ts";
import { type Lease, proveLease } from "./leases.ts";
import { ensurePartition, periodOf } from "./partitions.ts";
import type { Store } from "./types.ts";

/** Where the chain of an instance ends, and what the next batch needs to know. */
export interface Head {
  instance_id: string;
  seq: number;
  hash: Buffer;
  received_at: string | undefined;
  batch_no: number;
  cursor: string | undefined;
  retention_days: number;
}

export interface Batch {
  events: OdooEvent[];
  /** the cursor after these events */
  cursor: string | undefined;
  schema_version?: string | undefined;
  schema_body?: string | undefined;
  nonce?: string | undefined;
  identity?: string | undefined;
  skip_doubles?: boolean | undefined;
  /** further statements of the transaction that writes the batch: what throws here undoes all of it */
  alongside?: ((tx: Transaction) => Promise<void>) | undefined;
}

const salts = new SaltSource();
const NO_ROWS = Buffer.alloc(0);
/** Instances whose retention class may differ read it here: the policy of the instance, else of its organisation. */
const HEAD = `SELECT i.id AS instance_id, i.head_seq AS seq, i.head_hash AS hash, i.head_received_at AS received_at, i.batch_no,
    i.cursor, coalesce(i.retention_days, o.retention_days) AS retention_days
  FROM instance i JOIN organisation o ON o.id = i.organisation_id WHERE i.id = $1`;

export async function readHead(store: Store, instanceId: string): Promise<Head> {
  const [row] = await store.database.query<Head & { cursor: string | null; received_at: string | null }>(HEAD, [
    instanceId,
  ]);
  return { ...row!, cursor: row!.cursor ?? undefined, received_at: row!.received_at ?? undefined };
}

/** A batch chained and put into words, ready to be written behind the head it was made for. */
export interface PreparedBatch {
  batch: Batch;
  from: Head;
  to: Head;
  received_at: string;
  /** the rows, in COPY's binary form */
  copy: Buffer;
}

/** Chains the events behind `head`. Computes only, so the next batch can be prepared while this one is written. */
export async function prepareBatch(store: Store, head: Head, batch: Batch): Promise<PreparedBatch> {
  const now = store.clock().toISOString().replace("Z", "000Z");
  // a clock that was set back must not reorder days
  const received_at = [now, head.received_at === undefined ? "" : microseconds(head.received_at)].sort()[1]!;
  const to = { ...head, cursor: batch.cursor };
  if (batch.events.length === 0) return { batch, from: head, to, received_at, copy: NO_ROWS };
  const { seq, hash, retention_days } = head;
  const place = {
    organisation_id: store.organisationId,
    instance_id: head.instance_id,
    seq: seq + 1,
    retention_days,
    received_at,
    previous: hash,
  };
  const chained = await chainEvents(batch.events, place, salts);
  return {
    batch,
    from: head,
    to: { ...to, seq: seq + batch.events.length, hash: chained.hash, received_at, batch_no: head.batch_no + 1 },
    received_at,
    copy: chained.copy,
  };
}

/**
 * Writes the events, the batch row, the cursor and the new head in ONE transaction: after a crash at any point either
 * all of it is there or none. Throws LeaseError, with nothing written, when the lease was lost or the head moved.
 */
export async function writeBatch(store: Store, lease: Lease, prepared: PreparedBatch): Promise<void> {
  const { batch, from, to, received_at, copy } = prepared;
  const grown = to.seq > from.seq;
  const received_on = received_at.slice(0, 10);
  if (grown) await ensurePartition(store.database, periodOf(from.retention_days, received_on));
  await store.database.transaction(async (tx) => {
    await proveLease(tx, lease, store.clock());
    const moved = await tx.query(
      `UPDATE instance SET head_seq = $4, head_hash = $5, head_received_at = CASE WHEN $6 THEN $7::timestamptz ELSE head_received_at END,
         batch_no = $8, cursor = $9, schema_version = coalesce($10, schema_version), nonce = coalesce($11, nonce),
         identity = coalesce($12::json, identity), skip_doubles = coalesce($13, skip_doubles), last_error = NULL, last_pull_at = $7, lag_seconds = $14
       WHERE id = $1 AND head_seq = $2 AND cursor IS NOT DISTINCT FROM $3 AND state = 'active' RETURNING 1`,
      [
        from.instance_id, from.seq, from.cursor ?? null, to.seq, to.hash, grown, received_at, to.batch_no, to.cursor ?? null,
        batch.schema_version ?? null, batch.nonce ?? null, batch.identity ?? null, batch.skip_doubles ?? null, lagOf(batch.events, received_at),
      ], // biome-ignore format: as the statement reads
    );
    if (moved.length === 0) {
      throw new LeaseError("The instance moved on or was paused meanwhile: nothing was written; pull again.");
    }
    if (batch.schema_body !== undefined) {
      await tx.query(
        "INSERT INTO instance_schema (instance_id, version, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [from.instance_id, batch.schema_version, batch.schema_body],
      );
    }
    await batch.alongside?.(tx);
    if (!grown) return;
    await tx.query(
      `INSERT INTO batch (organisation_id, instance_id, batch_no, first_seq, last_seq, last_hash, fence, cursor, retention_days, received_on, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        store.organisationId, from.instance_id, to.batch_no, from.seq + 1, to.seq, to.hash, lease.fence, to.cursor ?? null,
        from.retention_days, received_on, received_at,
      ], // biome-ignore format: as the statement reads
    );
    await tx.copyIn(`COPY event (${ROW_COLUMNS.join(", ")}) FROM STDIN (FORMAT binary)`, copy);
  });
}

/** Age of the oldest event of the batch, seconds; 0 when there was nothing to fetch: then nothing waits. */
function lagOf(events: OdooEvent[], received_at: string): number {
  const oldest = events.reduce((least, { occurred_at }) => (occurred_at < least ? occurred_at : least), received_at);
  return (Date.parse(received_at) - Date.parse(oldest)) / 1000;
}
