import { COMMITMENT_BYTES, eventHash, leafHash, MerkleTree, SALT_BYTES } from "./hashing.ts";
import { type EventRecord, header, subject } from "./record.ts";

/** What is wrong, and where; `cell` when the altered column or field is known. */
export class ChainBroken extends Error {
  override name = "ChainBroken";
  readonly at: number;
  readonly cell: string | undefined;
  constructor(at: number, reason: string, cell?: string) {
    super(reason);
    this.at = at;
    this.cell = cell;
  }
}

/** Walks the events of one instance in order, rebuilding each hash from the columns. */
export class ChainChecker {
  seq: number;
  hash: Buffer;
  tree = new MerkleTree();

  constructor(seq: number, hash: Buffer) {
    this.seq = seq;
    this.hash = hash;
  }

  /** Throws ChainBroken for the first thing that does not hold. */
  check(r: EventRecord): void {
    const expected = this.seq + 1;
    if (r.seq !== expected) {
      const reason =
        r.seq > expected ? `event ${expected} is missing` : `event ${r.seq} stands in the store more than once`;
      throw new ChainBroken(Math.min(r.seq, expected), reason);
    }
    this.#checkLeaves(r);
    const hash = eventHash(this.hash, header(r), r.commitments);
    if (!hash.equals(r.hash)) {
      throw new ChainBroken(
        r.seq,
        `event ${r.seq} does not give its hash: a column, its hash or its place was altered`,
        "header",
      );
    }
    this.seq = r.seq;
    this.hash = hash;
    this.tree.add(hash);
  }

  #checkLeaves(r: EventRecord): void {
    const changes = splitChanges(r.changes);
    if (changes === undefined || r.commitments.length !== COMMITMENT_BYTES * (2 + changes.length)) {
      throw new ChainBroken(r.seq, `event ${r.seq} has other changes than it had commitments for`, "changes");
    }
    checkLeaf(r, 0, subject(r));
    checkLeaf(r, 1, r.details ?? "");
    for (let i = 0; i < changes.length; i++) checkLeaf(r, i + 2, changes[i]!);
  }
}

function checkLeaf(r: EventRecord, index: number, value: string): void {
  const offset = index * COMMITMENT_BYTES;
  const leaf = leafHash(r.commitments, offset, value);
  if (leaf.compare(r.commitments, offset + SALT_BYTES, offset + COMMITMENT_BYTES) === 0) return;
  const cell = index === 0 ? "subject" : index === 1 ? "details" : `changes.${fieldOf(value) ?? index - 2}`;
  const what = index === 0 ? "record_name, the user, session, ip or user_agent" : index === 1 ? "its details" : cell;
  throw new ChainBroken(r.seq, `event ${r.seq}: ${what} or the commitment to it was altered`, cell);
}

/** Elements of a changes column; undefined when the text around them is not what it must be. */
function splitChanges(text: string): string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  return text.length === 2 ? [] : text.slice(1, -1).split(",\n");
}

function fieldOf(change: string): string | undefined {
  return /"field":"((?:[^"\\]|\\.)*)"/.exec(change)?.[1];
}
