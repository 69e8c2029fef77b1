/*
 * An event as its row: PostgreSQL's binary COPY form, in which events travel between the chain and the store, both
 * ways. Bytes are hashed where they lie. As text, half of the time went into hexadecimal, escapes and parsing: on
 * 17-value events PostgreSQL took 37 µs a row, binary 27, and the verifier 27 instead of 9 (measured).
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
type RowColumn = (typeof ROW_COLUMNS)[number];

/** Place of each column in a row. */
export const COLUMN = Object.fromEntries(ROW_COLUMNS.map((name, index) => [name, index])) as Record<RowColumn, number>;

/** signature, flags, length of an extension: none */
const START = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const END = Buffer.from([0xff, 0xff]);
const DAY_US = 86_400_000_000;
/** PostgreSQL counts days and microseconds from 2000-01-01 */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** Writes rows one after the other into one growing buffer; what is reserved can be filled in later, by its offset. */
export class RowWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 20);
  #view = viewOf(this.#bytes);
  #end = START.copy(this.#bytes);
  /** the texts of the row before, by their order, and where they lie: most stand in this row again */
  readonly #texts: (string | null)[] = [];
  readonly #places: number[] = [];
  #text = 0;
  #day = "";
  #dayNumber = 0;

  /** Changes with every write: ask again. */
  get bytes(): Buffer {
    return this.#bytes;
  }
  get end(): number {
    return this.#end;
  }

  get view(): DataView {
    return this.#view;
  }

  startRow(columns: number): void {
    this.#text = 0;
    this.#room(2);
    this.#view.setInt16(this.#end, columns);
    this.#end += 2;
  }
  int4(value: number): void {
    this.#room(8);
    this.#view.setInt32(this.#end, 4);
    this.#view.setInt32(this.#end + 4, value);
    this.#end += 8;
  }
  int8(value: number | null): void {
    this.#room(12);
    this.#view.setInt32(this.#end, value === null ? -1 : 8);
    this.#end += 4;
    if (value === null) return;
    const high = Math.floor(value / 2 ** 32);
    this.#view.setInt32(this.#end, high);
    this.#view.setUint32(this.#end + 4, value - high * 2 ** 32);
    this.#end += 8;
  }
  /** Answers where its bytes begin. */
  text(value: string | null): number {
    const index = this.#text++;
    const place = this.#places[index]!;
    if (value !== null && value === this.#texts[index]) {
      // a third of what it costs to encode it again
      const size = 4 + this.#view.getInt32(place - 4);
      this.#room(size);
      this.#bytes.copyWithin(this.#end, place - 4, place - 4 + size);
      this.#end += size;
      return this.#end - size + 4;
    }
    this.#room(4 + (value === null ? 0 : value.length * 3));
    const start = this.#end + 4;
    const size = value === null ? -1 : this.#bytes.write(value, start, "utf8");
    this.#view.setInt32(start - 4, size);
    this.#end = start + Math.max(size, 0);
    this.#texts[index] = value;
    this.#places[index] = start;
    return start;
  }
  /** YYYY-MM-DD */
  date(day: string): void {
    this.int4(this.#days(day));
  }
  /** ISO 8601 UTC with six decimals */
  time(iso: string): void {
    const seconds = (digits(iso, 11) * 60 + digits(iso, 14)) * 60 + digits(iso, 17);
    const micros = (digits(iso, 20) * 100 + digits(iso, 22)) * 100 + digits(iso, 24);
    this.int8(this.#days(iso.slice(0, 10)) * DAY_US + seconds * 1_000_000 + micros);
  }
  raw(bytes: Buffer): void {
    const start = this.reserve(bytes.length);
    bytes.copy(this.#bytes, start);
  }
  /** A value of so many bytes, to be filled in later; answers its offset. */
  reserve(bytes: number): number {
    this.#room(bytes + 4);
    this.#view.setInt32(this.#end, bytes);
    this.#end += bytes + 4;
    return this.#end - bytes;
  }
  finish(): Buffer {
    this.#room(2);
    END.copy(this.#bytes, this.#end);
    return this.#bytes.subarray(0, this.#end + 2);
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#end + bytes));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
  /** The day before is remembered: nearly all events of a page share theirs. */
  #days(day: string): number {
    if (day !== this.#day) {
      const ms = Date.parse(`${day}T00:00:00Z`);
      if (day.length !== 10 || Number.isNaN(ms)) throw new RangeError(`"${day}" is no day that the store can keep.`);
      this.#day = day;
      this.#dayNumber = (ms - EPOCH_MS) / 86_400_000;
    }
    return this.#dayNumber;
  }
}

/** A view of a buffer's bytes: what copies short stretches fastest. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

/** Two decimal digits of a text. */
function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/**
 * Reads the rows of one `COPY … TO STDOUT (FORMAT binary)`, fed with its bytes in pieces of any size. A column's value
 * lies in `bytes` from `starts[column]` to `ends[column]`, until the next row is asked for; a missing one ends before it starts.
 */
export class RowReader {
  /** one buffer for all pieces: a new one for each made the collector run thirty times a verification */
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 17);
  view: DataView = viewOf(this.bytes);
  readonly starts = new Int32Array(ROW_COLUMNS.length);
  readonly ends = new Int32Array(ROW_COLUMNS.length);
  #at = 0;
  #end = 0;
  #begun = false;
  readonly #micros = new Float64Array(ROW_COLUMNS.length).fill(Number.NaN);
  readonly #times: string[] = [];

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
    if (this.#micros[column] === micros) return this.#times[column]!; // a page shares its received_at
    this.#micros[column] = micros;
    this.#times[column] = timeText(micros);
    return this.#times[column];
  }
}

function timeText(micros: number): string {
  const day = Math.floor(micros / DAY_US);
  const rest = micros - day * DAY_US;
  const seconds = Math.floor(rest / 1_000_000);
  const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
  const fraction = String(rest - seconds * 1_000_000).padStart(6, "0");
  return `${dayText(day)}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}Z`;
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
