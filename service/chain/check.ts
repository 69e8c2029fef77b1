import { moveBytes, viewOf } from "./bytes.ts";
import { type Erasures, hasNoSalt, isErasedText } from "./erased.ts";
import {
  batch,
  beginLeaf,
  CHANGE,
  COMMITMENT_BYTES,
  DETAILS,
  EVENT,
  HASH_BYTES,
  merkleRoot,
  SALT_BYTES,
  SUBJECT,
} from "./hashing.ts";
import { subject, toRecord } from "./record.ts";
import { COLUMN, DAY_US, type RowReader } from "./row.ts";
import { addHeader, addSubject } from "./row-texts.ts";
import { MESSAGES } from "./sha256.ts";

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

/** What the hashes of the batch wait for, by message: columns of numbers, because objects a leaf would keep the collector busy. */
class Waiting {
  readonly seqs = new Float64Array(MESSAGES);
  /** the stored hash's place */
  readonly stored = new Int32Array(MESSAGES);
  /** a change's place */
  readonly from = new Int32Array(MESSAGES);
  readonly to = new Int32Array(MESSAGES);
  readonly domains: string[] = [];
  count = 0;

  add(domain: string, seq: number, stored: number, from = 0, to = 0): void {
    const i = this.count++;
    this.domains[i] = domain;
    this.seqs[i] = seq;
    this.stored[i] = stored;
    this.from[i] = from;
    this.to[i] = to;
  }
}

const COMMA = 44;
const LINE_END = 10;

/**
 * Walks the events of one instance in order, rebuilding each hash from the columns' bytes. An event's hash is rebuilt on
 * the stored hash of the one before, which is rebuilt itself: so all of them are independent, and hashed four at a time.
 */
export class ChainChecker {
  seq: number;
  /** the hash of the last event */
  readonly #last = viewOf(Buffer.alloc(HASH_BYTES));
  /** hashes of the events since the last `startSegment`, one after the other */
  #hashes: Buffer = Buffer.alloc(1 << 16);
  #hashesView: DataView = viewOf(this.#hashes);
  #hashesEnd = 0;
  #bytes: Buffer = this.#hashes;
  #view: DataView = viewOf(this.#hashes);
  readonly #waiting = new Waiting();

  readonly #erasures: Erasures | undefined;

  /** `erasures`: is told of values that were erased; without it there may be none. */
  constructor(seq: number, hash: Buffer, erasures?: Erasures) {
    this.#erasures = erasures;
    this.seq = seq;
    this.hash = hash;
  }

  get hash(): Buffer {
    return Buffer.from(new Uint8Array(this.#last.buffer, this.#last.byteOffset, HASH_BYTES));
  }
  set hash(hash: Buffer) {
    moveBytes(viewOf(hash), 0, this.#last, 0, HASH_BYTES);
  }

  /** All rows that the reader holds; answers how many. Throws ChainBroken for the first thing that does not hold. */
  check(rows: RowReader): number {
    const before = this.seq;
    this.#bytes = rows.bytes;
    this.#view = rows.view;
    this.#waiting.count = 0;
    batch.clear();
    try {
      while (rows.next()) this.#place(rows);
    } catch (error) {
      this.#flush(); // what is wrong before it comes first
      throw error;
    }
    this.#flush();
    return this.seq - before;
  }

  startSegment(): void {
    this.#hashesEnd = 0;
  }
  root(): Buffer {
    return merkleRoot(this.#hashes.subarray(0, this.#hashesEnd));
  }
  /** The stored hash of an event since the last `startSegment`. */
  hashOf(seq: number): Buffer {
    const end = this.#hashesEnd - (this.seq - seq) * HASH_BYTES;
    return this.#hashes.subarray(end - HASH_BYTES, end);
  }

  #place(rows: RowReader): void {
    const expected = this.seq + 1;
    const seq = rows.int8(COLUMN.seq);
    if (seq !== expected) {
      const reason =
        seq > expected ? `event ${expected} is missing` : `event ${seq} stands in the store more than once`;
      throw new ChainBroken(Math.min(seq, expected), reason);
    }
    if (rows.int4(COLUMN.received_on) !== Math.floor(rows.int8(COLUMN.received_at) / DAY_US)) {
      throw new ChainBroken(seq, `event ${seq} lies under another day than it was received on`, "received_on");
    }
    const salts = rows.starts[COLUMN.commitments]!;
    const size = rows.size(COLUMN.commitments);
    const leaves = this.#leaves(rows, seq, salts, salts + size);
    if (leaves * COMMITMENT_BYTES !== size || rows.size(COLUMN.hash) !== HASH_BYTES) {
      throw new ChainBroken(seq, `event ${seq} has other changes or details than it has commitments for`, "changes");
    }
    const stored = rows.starts[COLUMN.hash]!;
    this.#room();
    batch.begin();
    batch.ascii(EVENT);
    batch.move(this.#last);
    addHeader(batch, rows);
    for (let at = salts + SALT_BYTES; at < salts + size; at += COMMITMENT_BYTES)
      batch.move(rows.view, at, at + HASH_BYTES);
    batch.seal();
    this.#waiting.add(EVENT, seq, stored);
    this.seq = seq;
    moveBytes(rows.view, stored, this.#last, 0, HASH_BYTES);
    this.#keep();
  }

  /** The leaves of a row into the batch; answers how many it must have, at most one more than there are commitments for. */
  #leaves(rows: RowReader, seq: number, salts: number, end: number): number {
    let leaf = salts;
    const begin = (domain: string, from: number, to: number): boolean => {
      leaf += COMMITMENT_BYTES;
      if (leaf > end) return false; // its commitment is missing
      if (
        rows.view.getInt32(leaf - COMMITMENT_BYTES) === 0 &&
        this.#isErased(rows, seq, domain, leaf - salts, from, to)
      )
        return false;
      this.#room();
      beginLeaf(domain, rows.view, leaf - COMMITMENT_BYTES);
      this.#waiting.add(domain, seq, leaf - HASH_BYTES, from, to);
      return true;
    };
    if (begin(SUBJECT, 0, 0)) {
      addSubject(batch, rows);
      batch.seal();
    }
    const details = COLUMN.details;
    if (!rows.isNull(details) && begin(DETAILS, rows.starts[details]!, rows.ends[details]!)) {
      batch.move(rows.view, rows.starts[details]!, rows.ends[details]!);
      batch.seal();
    }
    const last = rows.ends[COLUMN.changes]! - 1;
    let from = rows.starts[COLUMN.changes]! + 1;
    if (rows.bytes[from - 1] !== 91 || rows.bytes[last] !== 93 || last < from - 1) return 0; // no array: nothing fits
    while (from < last && leaf <= end) {
      const to = endOfChange(rows.bytes, from, last);
      if (begin(CHANGE, from, to)) {
        batch.move(rows.view, from, to);
        batch.seal();
      }
      from = to + 2;
      if (from === last) leaf += COMMITMENT_BYTES; // an empty one at the end
    }
    return (leaf - salts) / COMMITMENT_BYTES;
  }

  /** A value without its salt: nothing to hash, if it says no more than that it was erased. */
  #isErased(rows: RowReader, seq: number, domain: string, end: number, from: number, to: number): boolean {
    const leaf = end / COMMITMENT_BYTES - 1;
    if (!hasNoSalt(rows.raw(COLUMN.commitments), leaf)) return false;
    const text = domain === SUBJECT ? subject(toRecord(rows)) : rows.bytes.toString("utf8", from, to);
    if (this.#erasures === undefined || !isErasedText(domain, text))
      throw new ChainBroken(seq, `event ${seq}: the salt of a value was taken away`, "commitments");
    this.#erasures.meet(seq, leaf);
    return true;
  }

  #room(): void {
    if (!batch.hasRoom(1)) this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    batch.run();
    for (let i = 0; i < waiting.count; i++)
      if (!batch.equals(i, this.#view, waiting.stored[i]!)) throw this.#altered(waiting, i);
    waiting.count = 0;
    batch.clear();
  }

  #altered({ domains, seqs, from, to }: Waiting, i: number): ChainBroken {
    const seq = seqs[i]!;
    const broken = (what: string, cell: string): ChainBroken => new ChainBroken(seq, `event ${seq}: ${what}`, cell);
    switch (domains[i]) {
      case EVENT:
        return broken("a column, its hash or its place was altered: it does not give its hash", "header");
      case SUBJECT:
        return broken("record_name, user, session, ip, user_agent or their commitment was altered", "subject");
      case DETAILS:
        return broken("details or the commitment to them was altered", "details");
    }
    const cell = `changes.${fieldOf(this.#bytes.toString("utf8", from[i], to[i])) ?? "?"}`;
    return broken(`${cell} or the commitment to it was altered`, cell);
  }

  #keep(): void {
    if (this.#hashesEnd === this.#hashes.length) {
      this.#hashes = Buffer.concat([this.#hashes], this.#hashes.length * 2);
      this.#hashesView = viewOf(this.#hashes);
    }
    moveBytes(this.#last, 0, this.#hashesView, this.#hashesEnd, HASH_BYTES);
    this.#hashesEnd += HASH_BYTES;
  }
}

/** Changes stand one a line: `[{…},\n{…}]`, and canonical JSON has no raw line ends. */
function endOfChange(bytes: Buffer, from: number, last: number): number {
  for (let at = bytes.indexOf(LINE_END, from); at >= 0 && at < last; at = bytes.indexOf(LINE_END, at + 1)) {
    if (at > from && bytes[at - 1] === COMMA) return at - 1;
  }
  return last;
}

function fieldOf(change: string): string | undefined {
  return /"field":"((?:[^"\\]|\\.)*)"/.exec(change)?.[1];
}
