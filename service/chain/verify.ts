import type { Instance, Store } from "../store/types.ts";

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
  /** stored after the last checkpoint: chained, not yet signed */
  unsealed: number;
  head_seq: number;
  head_hash?: string;
}

/** Rebuilds the chain from the columns; yields progress, and last the result. */
export async function* verifyInstance(
  _store: Store,
  _instance: Instance,
): AsyncGenerator<VerifyProgress | VerifyResult, void, void> {
  yield await Promise.reject(new Error("not yet"));
}
