import { hash } from "node:crypto";
import { HASH_BYTES } from "../../service/chain/hashing.ts";

/*
 * Parts of a segment's Merkle tree (docs/chain.md: node = SHA-256("vigil/1N" ‖ left ‖ right), an odd one out moves up).
 * A node is named "level.index"; level 0 are the event hashes.
 */

const NODE = Buffer.from("vigil/1N", "latin1");
export type KnownNodes = Map<string, Buffer>;

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return hash("sha256", Buffer.concat([NODE, left, right]), "buffer");
}

export const nodeName = (level: number, index: number): string => `${level}.${index}`;

/** The nodes that, with the picked leaves, give the root. `leaves`: all hashes, one after the other. */
export function proofNodes(leaves: Buffer, picked: readonly number[]): KnownNodes {
  const needed: KnownNodes = new Map();
  let level: Buffer[] = Array.from({ length: leaves.length / HASH_BYTES }, (_, i) =>
    leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
  let known = new Set(picked);
  for (let depth = 0; level.length > 1; depth++) {
    const above: Buffer[] = [];
    const knownAbove = new Set<number>();
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      const [hasLeft, hasRight] = [known.has(i), known.has(i + 1)];
      if (right !== undefined && hasLeft !== hasRight)
        needed.set(nodeName(depth, hasLeft ? i + 1 : i), hasLeft ? right : level[i]!);
      if (hasLeft || hasRight) knownAbove.add(i / 2);
      above.push(right === undefined ? level[i]! : nodeHash(level[i]!, right));
    }
    level = above;
    known = knownAbove;
  }
  return needed;
}

/** The root of a tree of `count` leaves from what is known of it; undefined when that is not enough. */
export function rootFrom(count: number, known: KnownNodes): Buffer | undefined {
  const widths = [count];
  while (widths.at(-1)! > 1) widths.push(Math.ceil(widths.at(-1)! / 2));
  const find = (level: number, index: number): Buffer | undefined => {
    const given = known.get(nodeName(level, index));
    if (given !== undefined || level === 0) return given;
    const left = find(level - 1, index * 2);
    if (left === undefined || index * 2 + 1 >= widths[level - 1]!) return left;
    const right = find(level - 1, index * 2 + 1);
    return right === undefined ? undefined : nodeHash(left, right);
  };
  return find(widths.length - 1, 0);
}
