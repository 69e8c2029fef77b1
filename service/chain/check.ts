import { CHANGE, COMMITMENT_BYTES, DETAILS, eventHash, leafHash, MerkleTree, SALT_BYTES, SUBJECT } from "./hashing.ts";
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
    if (r.received_on !== r.received_at.slice(0, 10)) {
      throw new ChainBroken(r.seq, `event ${r.seq} lies under another day than it was received on`, "received_on");
    }
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
    const count = (changes?.length ?? 0) + (r.details === null ? 1 : 2);
    if (changes === undefined || r.commitments.length !== COMMITMENT_BYTES * count) {
      throw new ChainBroken(
        r.seq,
        `event ${r.seq} has other changes or details than it has commitments for`,
        "changes",
      );
    }
    if (!leafHolds(r, SUBJECT, 0, subject(r)))
      throw altered(r, "subject", "record_name, user, session, ip or user_agent");
    let offset = COMMITMENT_BYTES;
    if (r.details !== null) {
      if (!leafHolds(r, DETAILS, offset, r.details)) throw altered(r, "details", "details");
      offset += COMMITMENT_BYTES;
    }
    for (let i = 0; i < changes.length; i++, offset += COMMITMENT_BYTES) {
      if (leafHolds(r, CHANGE, offset, changes[i]!)) continue;
      const cell = `changes.${fieldOf(changes[i]!) ?? i}`;
      throw altered(r, cell, cell);
    }
  }
}

function leafHolds(r: EventRecord, domain: string, offset: number, value: string): boolean {
  const leaf = leafHash(domain, r.commitments, offset, value);
  return leaf.compare(r.commitments, offset + SALT_BYTES, offset + COMMITMENT_BYTES) === 0;
}

function altered(r: EventRecord, cell: string, what: string): ChainBroken {
  return new ChainBroken(r.seq, `event ${r.seq}: ${what} or the commitment to it was altered`, cell);
}

/** Elements of a changes column; undefined when the text around them is not what it must be. */
function splitChanges(text: string): string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  return text.length === 2 ? [] : text.slice(1, -1).split(",\n");
}

function fieldOf(change: string): string | undefined {
  return /"field":"((?:[^"\\]|\\.)*)"/.exec(change)?.[1];
}
