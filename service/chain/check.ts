import {
  addEvent,
  addLeaf,
  batch,
  CHANGE,
  COMMITMENT_BYTES,
  DETAILS,
  HASH_BYTES,
  merkleRoot,
  SALT_BYTES,
  SUBJECT,
} from "./hashing.ts";
import { type EventRecord, header, splitChanges, subject } from "./record.ts";

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

/** which part of an event a hash of the batch belongs to; a leaf is named by its index */
const EVENT_PART = -1;

/**
 * Walks the events of one instance in order, rebuilding each hash from the columns. An event's hash is rebuilt on the
 * stored hash of the one before, which is rebuilt itself: so all of them are independent, and hashed four at a time.
 */
export class ChainChecker {
  seq: number;
  hash: Buffer;
  /** hashes of the events since the last `startSegment`, one after the other */
  #hashes: Buffer = Buffer.alloc(1 << 16);
  #hashesEnd = 0;
  readonly #records: EventRecord[] = [];
  readonly #parts: number[] = [];

  constructor(seq: number, hash: Buffer) {
    this.seq = seq;
    this.hash = hash;
  }

  /** Throws ChainBroken for the first thing that does not hold. */
  check(records: EventRecord[]): void {
    batch.clear();
    for (const record of records) {
      try {
        this.#place(record);
      } catch (error) {
        this.#flush(); // what is wrong before it comes first
        throw error;
      }
    }
    this.#flush();
  }

  startSegment(): void {
    this.#hashesEnd = 0;
  }
  root(): Buffer {
    return merkleRoot(this.#hashes.subarray(0, this.#hashesEnd));
  }

  #place(r: EventRecord): void {
    const expected = this.seq + 1;
    if (r.seq !== expected) {
      const reason =
        r.seq > expected ? `event ${expected} is missing` : `event ${r.seq} stands in the store more than once`;
      throw new ChainBroken(Math.min(r.seq, expected), reason);
    }
    const changes = splitChanges(r.changes);
    const count = (changes?.length ?? 0) + (r.details === null ? 1 : 2);
    if (changes === undefined || r.commitments.length !== COMMITMENT_BYTES * count || r.hash.length !== HASH_BYTES) {
      throw new ChainBroken(
        r.seq,
        `event ${r.seq} has other changes or details than it has commitments for`,
        "changes",
      );
    }
    if (r.received_on.length !== 10 || !r.received_at.startsWith(r.received_on)) {
      throw new ChainBroken(r.seq, `event ${r.seq} lies under another day than it was received on`, "received_on");
    }
    this.#leaf(r, 0, SUBJECT, subject(r));
    if (r.details !== null) this.#leaf(r, 1, DETAILS, r.details);
    for (let i = 0; i < changes.length; i++) this.#leaf(r, count - changes.length + i, CHANGE, changes[i]!);
    this.#room();
    addEvent(this.hash, header(r), r.commitments);
    this.#note(r, EVENT_PART);
    this.seq = r.seq;
    this.hash = r.hash;
    this.#keep(r.hash);
  }

  #leaf(r: EventRecord, index: number, domain: string, value: string): void {
    this.#room();
    addLeaf(domain, r.commitments, index * COMMITMENT_BYTES, value);
    this.#note(r, index);
  }
  #room(): void {
    if (!batch.hasRoom(1)) this.#flush();
  }
  #note(r: EventRecord, part: number): void {
    this.#records.push(r);
    this.#parts.push(part);
  }

  #flush(): void {
    batch.run();
    for (let i = 0; i < this.#parts.length; i++) {
      const r = this.#records[i]!;
      const part = this.#parts[i]!;
      if (
        part === EVENT_PART
          ? !batch.equals(i, r.hash, 0)
          : !batch.equals(i, r.commitments, part * COMMITMENT_BYTES + SALT_BYTES)
      ) {
        throw altered(r, part);
      }
    }
    this.#records.length = 0;
    this.#parts.length = 0;
    batch.clear();
  }

  #keep(hash: Buffer): void {
    if (this.#hashesEnd === this.#hashes.length) this.#hashes = Buffer.concat([this.#hashes], this.#hashes.length * 2);
    hash.copy(this.#hashes, this.#hashesEnd);
    this.#hashesEnd += HASH_BYTES;
  }
}

function altered(r: EventRecord, part: number): ChainBroken {
  const broken = (what: string, cell: string): ChainBroken => new ChainBroken(r.seq, `event ${r.seq}: ${what}`, cell);
  if (part === EVENT_PART)
    return broken("a column, its hash or its place was altered: it does not give its hash", "header");
  if (part === 0)
    return broken("record_name, user, session, ip, user_agent or their commitment was altered", "subject");
  if (part === 1 && r.details !== null) return broken("details or the commitment to them was altered", "details");
  const index = part - (r.details === null ? 1 : 2);
  const cell = `changes.${fieldOf(splitChanges(r.changes)![index]!) ?? index}`;
  return broken(`${cell} or the commitment to it was altered`, cell);
}

function fieldOf(change: string): string | undefined {
  return /"field":"((?:[^"\\]|\\.)*)"/.exec(change)?.[1];
}
