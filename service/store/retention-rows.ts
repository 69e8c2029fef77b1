import { signTombstone } from "../chain/checkpoint.ts";
import { genesisHash } from "../chain/hashing.ts";
import type { SegmentRow, TombstoneRow } from "./chain-rows.ts";
import type { Transaction } from "./database.ts";
import { forgetPartition, partitionName, periodOf } from "./partitions.ts";
import type { Store } from "./types.ts";

export interface DueSegment extends SegmentRow {
  instance_id: string;
  instance: string;
  policy_days: number;
  hold_reason: string | null;
}

/**
 * Sealed, not yet purged, received longer ago than the policy keeps; instances under hold included, with the reason.
 * Judged by the policy of today: a longer one also keeps what is stored, a shorter one also lets it go.
 */
export async function dueSegments(store: Store, instanceId?: string): Promise<DueSegment[]> {
  return store.database.query<DueSegment>(
    `SELECT s.*, i.name AS instance, coalesce(i.retention_days, o.retention_days) AS policy_days, i.hold_reason
     FROM segment s JOIN instance i ON i.id = s.instance_id JOIN organisation o ON o.id = i.organisation_id
     WHERE s.organisation_id = $1 AND ($3::uuid IS NULL OR s.instance_id = $3)
       AND s.received_on + coalesce(i.retention_days, o.retention_days) < $2::date
       AND NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.instance_id = s.instance_id AND t.segment_number = s.number)
     ORDER BY i.name, s.number`,
    [store.organisationId, store.clock().toISOString().slice(0, 10), instanceId ?? null],
  );
}

/**
 * Purges due segments of one instance that lie in one partition, in one transaction: tombstones first, then the events,
 * by dropping the partition when nothing else is in it. The policy and the hold are read again inside: a hold that was
 * set meanwhile wins, and what another run purged meanwhile is left alone. Returns what was purged.
 */
export async function purge(
  store: Store,
  segments: DueSegment[],
  actor: string,
): Promise<{ events: number; segments: number; dropped: boolean }> {
  const first = segments[0]!;
  const period = periodOf(first.retention_days, first.received_on);
  const partition = partitionName(period);
  const result = await store.database.ownerTransaction(async (tx) => {
    const [held] = await tx.query<{ hold_reason: string | null; policy_days: number }>(
      `SELECT i.hold_reason, coalesce(i.retention_days, o.retention_days) AS policy_days
       FROM instance i JOIN organisation o ON o.id = i.organisation_id WHERE i.id = $1 FOR UPDATE OF i`,
      [first.instance_id],
    );
    if (held === undefined || held.hold_reason !== null || held.policy_days !== first.policy_days) {
      return { events: 0, segments: 0, dropped: false };
    }
    let last = await lastTombstone(tx, first.instance_id);
    let events = 0;
    if (await alreadyPurged(tx, segments)) return { events: 0, segments: 0, dropped: false };
    for (const segment of segments) {
      const row = signTombstone(store.keys, {
        version: 1,
        organisation: store.organisationId,
        instance: segment.instance_id,
        number: (last?.number ?? 0) + 1,
        segment_number: segment.number,
        checkpoint: segment.hash.toString("hex"),
        first_seq: segment.first_seq,
        last_seq: segment.last_seq,
        policy_days: segment.policy_days,
        actor,
        purged_at: store.clock().toISOString(),
        previous_tombstone: (last?.hash ?? genesisHash(store.organisationId, segment.instance_id)).toString("hex"),
      });
      await insertTombstone(tx, segment.instance_id, row);
      events += segment.last_seq - segment.first_seq + 1;
      last = row;
    }
    const lows = segments.map((segment) => segment.first_seq);
    const highs = segments.map((segment) => segment.last_seq);
    const purged =
      "SELECT 1 FROM unnest($2::bigint[], $3::bigint[]) AS p(low, high) WHERE e.seq BETWEEN p.low AND p.high";
    const [other] = await tx.query(
      `SELECT 1 FROM ${partition} e WHERE e.instance_id <> $1 OR NOT EXISTS (${purged}) LIMIT 1`,
      [first.instance_id, lows, highs],
    );
    if (other === undefined) {
      await tx.query(`DROP TABLE ${partition}`);
      return { events, segments: segments.length, dropped: true };
    }
    await tx.query(
      `DELETE FROM event e WHERE e.instance_id = $1 AND e.retention_days = $4 AND e.received_on >= $5 AND e.received_on < $6 AND EXISTS (${purged})`,
      [first.instance_id, lows, highs, period.retention_days, period.from, period.to],
    );
    return { events, segments: segments.length, dropped: false };
  });
  if (result.dropped) forgetPartition(store.database, period);
  return result;
}

/** Whether another run, of a service beside this one, was here first. */
async function alreadyPurged(tx: Transaction, segments: DueSegment[]): Promise<boolean> {
  const [row] = await tx.query(
    "SELECT 1 FROM tombstone WHERE instance_id = $1 AND segment_number = ANY ($2::bigint[]) LIMIT 1",
    [segments[0]!.instance_id, segments.map(({ number }) => number)],
  );
  return row !== undefined;
}

async function lastTombstone(tx: Transaction, instanceId: string): Promise<TombstoneRow | undefined> {
  const [row] = await tx.query<TombstoneRow>(
    "SELECT * FROM tombstone WHERE instance_id = $1 ORDER BY number DESC LIMIT 1",
    [instanceId],
  );
  return row;
}

async function insertTombstone(tx: Transaction, instanceId: string, row: TombstoneRow): Promise<void> {
  await tx.query(
    `INSERT INTO tombstone (organisation_id, instance_id, number, segment_number, body, hash, signature, public_key, purged_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.organisation_id,
      instanceId,
      row.number,
      row.segment_number,
      row.body,
      row.hash,
      row.signature,
      row.public_key,
      row.purged_at,
    ],
  );
}
