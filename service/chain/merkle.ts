import { hash as digest } from "node:crypto";
import { HASH_BYTES } from "./hashing.ts";

/*
 * Inclusion proofs in a segment's Merkle tree (docs/chain.md): the hashes beside the way from an event to the root.
 * An odd one out moves up as it is, so such a level adds nothing to the path.
 */

const NODE = Buffer.from("vigil/1N", "latin1");

export interface ProofStep {
  /** on which side of the way the other hash lies */
  side: "left" | "right";
  hash: string;
}

/** All levels of the tree over `hashes`, which lie one after the other; the last one is the root. */
export function merkleLevels(hashes: Buffer): Buffer[] {
  const levels = [hashes];
  for (let level = hashes; level.length > HASH_BYTES; ) {
    const count = level.length / HASH_BYTES;
    const above = Buffer.allocUnsafe(Math.ceil(count / 2) * HASH_BYTES);
    for (let i = 0; i + 1 < count; i += 2) {
      node(level.subarray(i * HASH_BYTES, (i + 2) * HASH_BYTES)).copy(above, (i / 2) * HASH_BYTES);
    }
    if (count % 2 === 1) level.copy(above, above.length - HASH_BYTES, level.length - HASH_BYTES);
    levels.push(above);
    level = above;
  }
  return levels;
}

export function merkleProof(levels: Buffer[], index: number): ProofStep[] {
  const steps: ProofStep[] = [];
  let at = index;
  for (const level of levels.slice(0, -1)) {
    const other = at ^ 1;
    if (other * HASH_BYTES < level.length) {
      const hash = level.toString("hex", other * HASH_BYTES, (other + 1) * HASH_BYTES);
      steps.push({ side: other < at ? "left" : "right", hash });
    }
    at >>= 1;
  }
  return steps;
}

/** The root that a proof leads to. The place is checked too: a path of other sides belongs to another index. */
export function rootOf(hash: Buffer, index: number, count: number, steps: ProofStep[]): Buffer | undefined {
  let current = hash;
  let at = index;
  let step = 0;
  for (let size = count; size > 1; size = Math.ceil(size / 2), at >>= 1) {
    const other = at ^ 1;
    if (other >= size) continue;
    const beside = steps[step++];
    if (beside === undefined || beside.side !== (other < at ? "left" : "right") || !/^[0-9a-f]{64}$/.test(beside.hash))
      return undefined;
    const sibling = Buffer.from(beside.hash, "hex");
    current = node(beside.side === "left" ? Buffer.concat([sibling, current]) : Buffer.concat([current, sibling]));
  }
  return step === steps.length && at === 0 ? current : undefined;
}

function node(pair: Buffer): Buffer {
  return digest("sha256", Buffer.concat([NODE, pair]), "buffer");
}
