import { type BatchRow, insertSegment, lastSegment, readBatches, readRows } from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { ChainBroken, ChainChecker } from "./check.ts";
import { type CheckpointBody, signCheckpoint } from "./checkpoint.ts";
import { genesisHash } from "./hashing.ts";
import { tellWebhook } from "./webhook.ts";
import { tellFile } from "./witness.ts";

export interface SealResult {
  segments: number;
  sealed_seq: number;
}

/** A segment is closed at this many events, and with every day and retention class. */
export const SEGMENT_EVENTS = 50_000;

/**
 * Closes everything stored into segments with signed checkpoints. What is signed is what the database holds: events
 * are read again and recomputed first. Throws ChainBroken, with nothing signed, when they do not hold.
 * Idempotent; two sealers at once end with one segment (the key refuses the second). `wholeOnly` leaves a last
 * segment that may still grow for later.
 */
export async function sealInstance(
  store: Store,
  instance: Instance,
  options: { wholeOnly?: boolean } = {},
): Promise<SealResult> {
  const genesis = genesisHash(store.organisationId, instance.id);
  let last = await lastSegment(store.database, instance.id);
  let sealed_seq = last?.last_seq ?? 0;
  let segments = 0;
  for (const batches of group(await readBatches(store.database, instance.id, sealed_seq), options)) {
    const previousBody = last === undefined ? undefined : (JSON.parse(last.body) as CheckpointBody);
    const previous = previousBody === undefined ? genesis : Buffer.from(previousBody.last_hash, "hex");
    const first = batches[0]!;
    const end = batches.at(-1)!;
    if (first.first_seq !== sealed_seq + 1)
      throw new ChainBroken(sealed_seq + 1, `no batch holds event ${sealed_seq + 1}`);
    const checker = new ChainChecker(sealed_seq, previous);
    for await (const rows of readRows(store, instance.id, { ...first, last_seq: end.last_seq })) checker.check(rows);
    if (checker.seq !== end.last_seq) throw new ChainBroken(checker.seq + 1, `event ${checker.seq + 1} is missing`);
    if (!checker.hash.equals(end.last_hash))
      throw new ChainBroken(end.last_seq, `batch ${end.batch_no} names another last hash`, "batch.last_hash");
    const row = signCheckpoint(store.keys, {
      version: 1,
      organisation: store.organisationId,
      instance: instance.id,
      number: (last?.number ?? 0) + 1,
      first_seq: first.first_seq,
      last_seq: end.last_seq,
      count: end.last_seq - sealed_seq,
      retention_days: first.retention_days,
      received_on: first.received_on,
      previous_hash: previous.toString("hex"),
      last_hash: checker.hash.toString("hex"),
      merkle_root: checker.root().toString("hex"),
      previous_checkpoint: (last?.hash ?? genesis).toString("hex"),
      sealed_at: store.clock().toISOString(),
    });
    try {
      await insertSegment(store.database, instance.id, row);
    } catch (error) {
      if ((error as { code?: string }).code !== "23505") throw error;
      break; // another service sealed it meanwhile
    }
    last = row;
    sealed_seq = row.last_seq;
    segments++;
  }
  await tellFile(store, instance);
  tellWebhook(store, instance);
  return { segments, sealed_seq };
}

/** Runs of batches that make a segment: one day, one class, about SEGMENT_EVENTS events. */
function* group(batches: BatchRow[], { wholeOnly = false }): Generator<BatchRow[]> {
  let run: BatchRow[] = [];
  for (const batch of batches) {
    const first = run[0];
    if (
      first !== undefined &&
      (batch.received_on !== first.received_on ||
        batch.retention_days !== first.retention_days ||
        batch.last_seq - first.first_seq >= SEGMENT_EVENTS)
    ) {
      yield run;
      run = [];
    }
    run.push(batch);
  }
  if (run.length > 0 && !wholeOnly) yield run;
}
