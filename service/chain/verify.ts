import {
  type BatchRow,
  countEvents,
  findStray,
  readBatches,
  readErasures,
  readRows,
  readSegments,
  readStoredHead,
  readTombstones,
} from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { ChainBroken, ChainChecker } from "./check.ts";
import { Erasures } from "./erased.ts";
import { genesisHash } from "./hashing.ts";
import { checkSegments, checkTombstones, checkWitness } from "./verify-signed.ts";
import { readWitness } from "./witness.ts";

export interface VerifyProgress {
  type: "progress";
  events: number;
  of: number;
}
export interface VerifyResult {
  type: "result";
  instance: string;
  /** `pruned`: what is there is intact, and signed tombstones attest to what was purged */
  status: "intact" | "pruned" | "broken";
  /** seq of the first event (or first of the segment) that does not hold */
  brokenAt?: number;
  /** one sentence, naming the cell where it is known */
  reason?: string;
  /** the column or changed field that was altered */
  cell?: string;
  events: number;
  segments: number;
  /** events that tombstones attest to */
  pruned: number;
  /** values that were erased, each named by an event of the chain; absent when there are none */
  erased?: number;
  /** stored after the last checkpoint: chained, not yet signed */
  unsealed: number;
  head_seq: number;
  head_hash?: string;
}

/** a purge or an erasure during a verification looks like a loss until what names it is read: then it is begun again */
const ATTEMPTS = 5;

/**
 * Rebuilds the chain from the columns and compares it with every other account of it: batches, signed checkpoints,
 * tombstones, the witness file, the head. Yields progress, and last the result. Safe beside a running service: it
 * looks at what was stored when it began.
 */
export async function* verifyInstance(
  store: Store,
  instance: Instance,
): AsyncGenerator<VerifyProgress | VerifyResult, void, void> {
  for (let attempt = 1; ; attempt++) {
    const count = async () =>
      (await readTombstones(store.database, instance.id)).length +
      (await readErasures(store.database, instance.id)).length;
    const before = await count();
    for await (const step of verifyOnce(store, instance)) {
      if (step.type === "result" && step.status === "broken" && attempt < ATTEMPTS) {
        if ((await count()) > before) break;
      }
      yield step;
      if (step.type === "result") return;
    }
  }
}

async function* verifyOnce(
  store: Store,
  instance: Instance,
): AsyncGenerator<VerifyProgress | VerifyResult, void, void> {
  const found: Pick<VerifyResult, "events" | "segments" | "pruned" | "unsealed" | "head_seq" | "erased"> = {
    events: 0,
    segments: 0,
    pruned: 0,
    unsealed: 0,
    head_seq: instance.head_seq,
  };
  const result = (status: VerifyResult["status"]): VerifyResult => ({
    type: "result",
    instance: instance.name,
    status,
    ...found,
  });
  try {
    // In this order, what a running service adds meanwhile lies beyond what is compared: the file never runs ahead of
    // the checkpoints, the checkpoints never ahead of the head.
    const witnessed = readWitness(store, instance);
    const signed = await readSegments(store.database, instance.id);
    const tombstones = await readTombstones(store.database, instance.id);
    const head = await readStoredHead(store.database, instance.id);
    const batches = (await readBatches(store.database, instance.id, 0)).filter((batch) => batch.first_seq <= head.seq);
    found.head_seq = head.seq;
    if (head.organisation_id !== store.organisationId) {
      throw new ChainBroken(1, "the instance names another organisation", "instance.organisation_id");
    }
    const genesis = genesisHash(store.organisationId, instance.id);
    const segments = checkSegments(store, instance, signed, genesis);
    checkWitness(witnessed, signed);
    const purged = checkTombstones(store, instance, segments, tombstones, genesis);
    checkBatches(batches, head.seq, segments.at(-1)?.last_seq ?? 0);

    let at = 0;
    const erasures = new Erasures();
    for (const details of await readErasures(store.database, instance.id)) erasures.name(details);
    const checker = new ChainChecker(0, genesis, erasures);
    const walk = async function* (stretch: BatchRow): AsyncGenerator<VerifyProgress> {
      for await (const rows of readRows(store, instance.id, stretch)) {
        found.events += checker.check(rows);
        for (; batches[at] !== undefined && batches[at]!.last_seq <= checker.seq; at++) {
          const batch = batches[at]!;
          if (checker.hashOf(batch.last_seq).equals(batch.last_hash)) continue;
          throw new ChainBroken(
            batch.last_seq,
            `batch ${batch.batch_no} names another last hash than event ${batch.last_seq} has`,
            "batch.last_hash",
          );
        }
        yield { type: "progress", events: found.events, of: head.seq };
      }
      if (checker.seq !== stretch.last_seq)
        throw new ChainBroken(checker.seq + 1, `event ${checker.seq + 1} is missing`);
    };
    for (const segment of segments) {
      found.segments++;
      if (purged.has(segment.number)) {
        found.pruned += segment.count;
        checker.seq = segment.last_seq;
        checker.hash = Buffer.from(segment.last_hash, "hex");
        while (batches[at] !== undefined && batches[at]!.last_seq <= segment.last_seq) at++;
        continue;
      }
      checker.startSegment();
      yield* walk({ ...segment, batch_no: 0, last_hash: checker.hash });
      if (
        checker.hash.toString("hex") !== segment.last_hash ||
        checker.root().toString("hex") !== segment.merkle_root
      ) {
        throw new ChainBroken(
          segment.first_seq,
          `checkpoint ${segment.number} was signed over other events than the ones stored`,
          "segment",
        );
      }
    }
    for (const batch of batches.slice(at)) {
      checker.startSegment();
      found.unsealed += batch.last_seq - batch.first_seq + 1;
      yield* walk(batch);
    }
    if (checker.seq !== head.seq || !checker.hash.equals(head.hash)) {
      throw new ChainBroken(checker.seq, "the instance's head is not where its last event is", "instance.head_hash");
    }
    const counted = await countEvents(store.database, instance.id, head.seq);
    if (counted.strays > 0 || counted.upTo !== found.events) {
      const stray = (await findStray(store.database, instance.id)) ?? 0;
      throw new ChainBroken(stray, `event ${stray} lies in the store where none may be: it was inserted`);
    }
    const unnamed = erasures.unnamed();
    if (unnamed !== undefined)
      throw new ChainBroken(
        unnamed,
        `event ${unnamed} lost a value that no event of this chain says was erased`,
        "erased",
      );
    if (erasures.count > 0) found.erased = erasures.count;
    yield { ...result(found.pruned > 0 ? "pruned" : "intact"), head_hash: checker.hash.toString("hex") };
  } catch (error) {
    if (!(error instanceof ChainBroken)) throw error;
    yield {
      ...result("broken"),
      brokenAt: error.at,
      reason: error.message,
      ...(error.cell === undefined ? {} : { cell: error.cell }),
    };
  }
}

/** Batches follow one another without a hole, from 1 to the head. */
function checkBatches(batches: BatchRow[], headSeq: number, sealedSeq: number): void {
  let seq = 0;
  let number = 0;
  for (const batch of batches) {
    if (batch.batch_no !== number + 1 || batch.first_seq !== seq + 1 || batch.last_seq < batch.first_seq) {
      throw new ChainBroken(seq + 1, `the batch that brought event ${seq + 1} is missing or altered`, "batch");
    }
    number = batch.batch_no;
    seq = batch.last_seq;
  }
  if (seq < sealedSeq)
    throw new ChainBroken(
      seq + 1,
      `events from ${seq + 1} on were cut off: a signed checkpoint reaches to ${sealedSeq}`,
    );
  if (seq !== headSeq)
    throw new ChainBroken(seq + 1, `the last batch ends at ${seq}, the instance at ${headSeq}`, "instance.head_seq");
}
