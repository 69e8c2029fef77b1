import type { SegmentRow, TombstoneRow } from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { canonical } from "./canonical.ts";
import { ChainBroken } from "./check.ts";
import type { CheckpointBody, TombstoneBody } from "./checkpoint.ts";
import { CHECKPOINT, hashText, TOMBSTONE } from "./hashing.ts";
import { microseconds } from "./record.ts";
import type { WitnessedCheckpoint } from "./witness.ts";

/** The signed statements of an instance: each by a key of ours, each naming the one before, none left out. */
export function checkSegments(store: Store, instance: Instance, rows: SegmentRow[], genesis: Buffer): CheckpointBody[] {
  const bodies: CheckpointBody[] = [];
  let previous = genesis;
  let previousHash = genesis.toString("hex");
  for (const row of rows) {
    const broken = (why: string, cell?: string): ChainBroken =>
      new ChainBroken(
        bodies.at(-1) === undefined ? 1 : bodies.at(-1)!.last_seq + 1,
        `checkpoint ${row.number} ${why}`,
        cell,
      );
    const body = checkStatement<CheckpointBody>(store, row, CHECKPOINT, broken);
    if (body.number !== bodies.length + 1 || row.number !== body.number)
      throw broken("does not follow the one before it: one is missing", "segment.number");
    if (
      body.instance !== instance.id ||
      body.organisation !== store.organisationId ||
      row.organisation_id !== store.organisationId
    ) {
      throw broken("belongs to another instance", "segment.organisation_id");
    }
    for (const column of ["first_seq", "last_seq", "retention_days", "received_on"] as const) {
      if (row[column] !== body[column]) throw broken(`was signed with another ${column}`, `segment.${column}`);
    }
    if (microseconds(row.sealed_at) !== microseconds(body.sealed_at))
      throw broken("was signed at another time", "segment.sealed_at");
    const firstSeq = (bodies.at(-1)?.last_seq ?? 0) + 1;
    if (
      body.previous_checkpoint !== previous.toString("hex") ||
      body.previous_hash !== previousHash ||
      body.first_seq !== firstSeq
    ) {
      throw broken("does not continue the one before it", "segment.body");
    }
    if (body.count !== body.last_seq - body.first_seq + 1) throw broken("counts wrongly", "segment.body");
    bodies.push(body);
    previous = row.hash;
    previousHash = body.last_hash;
  }
  return bodies;
}

/** The file's account against the database's: a checkpoint that only the file has was cut off, one that differs is a fork. */
export function checkWitness(witnessed: WitnessedCheckpoint[], rows: SegmentRow[]): void {
  for (const { number, hash } of witnessed) {
    const row = rows[number - 1];
    if (row === undefined) {
      throw new ChainBroken(
        (rows.at(-1)?.last_seq ?? 0) + 1,
        `the checkpoint file holds checkpoint ${number}, the store ends at ${rows.length}: the tail was cut off`,
      );
    }
    if (row.hash.toString("hex") !== hash) {
      throw new ChainBroken(
        row.first_seq,
        `checkpoint ${number} is another one than the checkpoint file holds: the chain was forked`,
        "segment.hash",
      );
    }
  }
}

/** Numbers of the segments that signed tombstones attest to. */
export function checkTombstones(
  store: Store,
  instance: Instance,
  segments: CheckpointBody[],
  rows: TombstoneRow[],
  genesis: Buffer,
): Set<number> {
  const purged = new Set<number>();
  let previous = genesis;
  for (const [index, row] of rows.entries()) {
    const segment = segments[row.segment_number - 1];
    const broken = (why: string, cell?: string): ChainBroken =>
      new ChainBroken(segment?.first_seq ?? 1, `tombstone ${row.number} ${why}`, cell);
    const body = checkStatement<TombstoneBody>(store, row, TOMBSTONE, broken);
    if (
      body.number !== index + 1 ||
      row.number !== body.number ||
      body.instance !== instance.id ||
      body.organisation !== store.organisationId ||
      row.organisation_id !== store.organisationId ||
      body.previous_tombstone !== previous.toString("hex") ||
      microseconds(row.purged_at) !== microseconds(body.purged_at)
    ) {
      throw broken("does not continue the one before it", "tombstone.body");
    }
    if (
      segment === undefined ||
      row.segment_number !== body.segment_number ||
      body.first_seq !== segment.first_seq ||
      body.last_seq !== segment.last_seq
    ) {
      throw broken("names a segment that was never sealed", "tombstone.segment_number");
    }
    if (body.checkpoint !== hashText(CHECKPOINT, canonical(segment)).toString("hex"))
      throw broken("names another checkpoint", "tombstone.body");
    purged.add(body.segment_number);
    previous = row.hash;
  }
  return purged;
}

function checkStatement<T>(
  store: Store,
  row: { body: string; hash: Buffer; signature: string; public_key: string },
  domain: string,
  broken: (why: string, cell?: string) => ChainBroken,
): T {
  if (!hashText(domain, row.body).equals(row.hash))
    throw broken("does not give its hash: its text or its hash was altered", "body");
  if (!store.keys.verify(row.hash, row.signature, row.public_key))
    throw broken("is not signed by a key of this service", "signature");
  return JSON.parse(row.body) as T;
}
