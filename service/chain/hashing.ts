import { hash as digest } from "node:crypto";
import { viewOf } from "./bytes.ts";
import { HashBatch } from "./sha256.ts";

/*
 * The hashes of the chain (docs/chain.md). Every input starts with eight bytes that say what it is, so that the hash
 * of one thing can never be passed off as that of another.
 */
export const GENESIS = "vigil/1G";
/** leaves: who and what it was about; details; one change */
export const SUBJECT = "vigil/1S";
export const DETAILS = "vigil/1D";
export const CHANGE = "vigil/1L";
export const EVENT = "vigil/1E";
const NODE = "vigil/1N";
export const CHECKPOINT = "vigil/1C";
export const TOMBSTONE = "vigil/1T";

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;
/** one commitment: salt and leaf */
export const COMMITMENT_BYTES = SALT_BYTES + HASH_BYTES;

/** The thread's one batch; whoever fills it runs and reads it before anything else can (no await in between). */
export const batch = new HashBatch();

export function hashBytes(bytes: Buffer): Buffer {
  return digest("sha256", bytes, "buffer");
}

export function hashText(domain: string, text: string): Buffer {
  return digest("sha256", domain + text, "buffer");
}

/** What stands before the first event of an instance: binds the chain to its organisation and instance. */
export function genesisHash(organisationId: string, instanceId: string): Buffer {
  return hashText(GENESIS, `${organisationId}/${instanceId}`);
}

/** `EVENT ‖ previous ‖ header ‖ leaf …`, the leaves taken from `commitments`; for who checks a few. */
export function eventHash(previous: Buffer, header: string, commitments: Buffer): Buffer {
  const leaves: Buffer[] = [];
  for (let at = SALT_BYTES; at < commitments.length; at += COMMITMENT_BYTES)
    leaves.push(commitments.subarray(at, at + HASH_BYTES));
  return hashBytes(Buffer.concat([Buffer.from(EVENT, "latin1"), previous, Buffer.from(header, "utf8"), ...leaves]));
}

/** `domain ‖ salt` of a leaf into the batch, the salt taken from `commitments` at `offset`; the value and `seal` follow. */
export function beginLeaf(domain: string, commitments: DataView, offset: number): void {
  batch.begin();
  batch.ascii(domain);
  batch.move(commitments, offset, offset + SALT_BYTES);
}

/** Root of a binary tree over hashes that lie one after the other; an odd one out moves up as it is. */
export function merkleRoot(hashes: Buffer): Buffer {
  if (hashes.length === 0) throw new RangeError("A segment without events has no root.");
  let level = hashes;
  while (level.length > HASH_BYTES) {
    const pairs = level.length >>> 6;
    const above = Buffer.allocUnsafe(((level.length + HASH_BYTES) >>> 6) * HASH_BYTES);
    const [from, to] = [viewOf(level), viewOf(above)];
    for (let pair = 0; pair < pairs; ) {
      const first = pair;
      for (batch.clear(); pair < pairs && batch.hasRoom(1); pair++) {
        batch.begin();
        batch.ascii(NODE);
        batch.move(from, pair * 64, pair * 64 + 64);
        batch.seal();
      }
      batch.run();
      for (let i = first; i < pair; i++) batch.copyDigest(i - first, to, i * HASH_BYTES);
    }
    if (level.length % 64 !== 0) level.copy(above, pairs * HASH_BYTES, pairs * 64);
    level = above;
  }
  return level;
}

/** `domain ‖ salt ‖ text`, for who checks a few. */
export function hashLeaf(domain: string, salt: Buffer, text: string): Buffer {
  return digest("sha256", Buffer.concat([Buffer.from(domain, "latin1"), salt, Buffer.from(text, "utf8")]), "buffer");
}
