import { viewOf } from "./bytes.ts";

/*
 * An event as its row: PostgreSQL's binary COPY form, in which events travel between the chain and the store, both
 * ways. Bytes are hashed where they lie. As text, half of the time went into hexadecimal, escapes and parsing.
 */

/** The columns of an event, in the order of docs/chain.md and of exports. */
export const EVENT_COLUMNS = [
  "retention_days", "received_on", "seq", "received_at", "source_id", "occurred_at", "kind", "category", "severity",
  "model", "model_label", "record_id", "record_name", "user_id", "user_login", "user_name", "as_user", "origin",
  "origin_type", "session", "ip", "user_agent", "request_id", "correlation_id", "transaction", "changes", "details",
  "commitments", "hash",
] as const; // biome-ignore format: one glance
/** The columns of a row, in the order in which they travel: what is filled in last has a fixed place at the front. */
export const ROW_COLUMNS = [
  "organisation_id",
  "instance_id",
  "commitments",
  "hash",
  ...EVENT_COLUMNS.filter((name) => name !== "commitments" && name !== "hash"),
] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];

/** Place of each column in a row. */
export const COLUMN = Object.fromEntries(ROW_COLUMNS.map((name, index) => [name, index])) as Record<RowColumn, number>;

/** signature, flags, length of an extension: none */
export const START = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
export const DAY_US = 86_400_000_000;
/** PostgreSQL counts days and microseconds from 2000-01-01 */
export const EPOCH_MS = Date.UTC(2000, 0, 1);

/** Where the columns of one row lie: a value from `starts[column]` to `ends[column]`; a missing one ends before it starts. */
export class Row {
  bytes: Buffer;
  view: DataView;
  readonly starts = new Int32Array(ROW_COLUMNS.length);
  readonly ends = new Int32Array(ROW_COLUMNS.length);
  /** by column: the second that was put into words last */
  readonly #seconds = new Float64Array(ROW_COLUMNS.length).fill(Number.NaN);
  readonly #secondTexts: string[] = [];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  isNull(column: number): boolean {
    return this.ends[column]! < this.starts[column]!;
  }
  size(column: number): number {
    return this.ends[column]! - this.starts[column]!;
  }
  text(column: number): string | null {
    return this.isNull(column) ? null : this.bytes.toString("utf8", this.starts[column], this.ends[column]);
  }
  raw(column: number): Buffer {
    return this.bytes.subarray(this.starts[column], this.ends[column]);
  }
  int4(column: number): number {
    return this.view.getInt32(this.starts[column]!);
  }
  /** Exact up to 2^53. */
  int8(column: number): number {
    const at = this.starts[column]!;
    return this.view.getInt32(at) * 2 ** 32 + this.view.getUint32(at + 4);
  }
  day(column: number): string {
    return dayText(this.int4(column));
  }
  /** ISO 8601 UTC with six decimals. */
  time(column: number): string {
    const micros = this.int8(column);
    const second = Math.floor(micros / 1_000_000);
    if (this.#seconds[column] !== second) {
      // most events of a page share theirs with the one before
      this.#seconds[column] = second;
      this.#secondTexts[column] = secondText(second);
    }
    const fraction = String(micros - second * 1_000_000);
    return `${this.#secondTexts[column]}.${ZEROS[fraction.length]}${fraction}Z`;
  }
}

/** Reads the rows of one `COPY … TO STDOUT (FORMAT binary)`, fed with its bytes in pieces of any size; a row stays until the next is asked for. */
export class RowReader extends Row {
  #at = 0;
  #end = 0;
  #begun = false;

  /** one buffer for all pieces: a new one for each made the collector run thirty times a verification */
  constructor() {
    super(Buffer.allocUnsafeSlow(1 << 17));
  }

  /** The rest of the piece before, and this one. What was read of the rows before is no more. */
  feed(piece: Buffer): void {
    const rest = this.#end - this.#at;
    const { bytes } = this;
    if (rest + piece.length > bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow((rest + piece.length) * 2);
      this.view = viewOf(this.bytes);
    }
    bytes.copy(this.bytes, 0, this.#at, this.#end);
    piece.copy(this.bytes, rest);
    this.#end = rest + piece.length;
    this.#at = 0;
  }

  /** Moves to the next row; false when the bytes hold no further whole one. */
  next(): boolean {
    const { view } = this;
    const end = this.#end;
    if (!this.#begun) {
      if (end < START.length) return false;
      this.#at = START.length;
      this.#begun = true;
    }
    let at = this.#at;
    if (at + 2 > end) return false;
    const columns = view.getInt16(at);
    if (columns === -1) return false; // the end
    if (columns !== ROW_COLUMNS.length) throw new RangeError(`A row of an event has ${columns} columns.`);
    at += 2;
    for (let column = 0; column < columns; column++) {
      if (at + 4 > end) return false;
      const length = view.getInt32(at);
      this.starts[column] = at + 4;
      this.ends[column] = at + 4 + length; // a missing value: length -1
      at += 4 + Math.max(length, 0);
      if (at > end) return false;
    }
    this.#at = at;
    return true;
  }
}

const ZEROS = ["000000", "00000", "0000", "000", "00", "0", ""];

/** YYYY-MM-DDThh:mm:ss */
function secondText(second: number): string {
  const day = Math.floor(second / 86_400);
  const rest = second - day * 86_400;
  const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
  return `${dayText(day)}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

let lastDay = Number.NaN;
let lastDayText = "";
/** What no calendar has (infinity) comes back as a text that is nobody's day. */
function dayText(day: number): string {
  if (day !== lastDay) {
    const date = new Date(EPOCH_MS + day * 86_400_000);
    lastDayText = Number.isNaN(date.getTime()) ? "beyond" : date.toISOString().split("T", 1)[0]!;
    lastDay = day;
  }
  return lastDayText;
}
