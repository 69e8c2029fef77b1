import { ByteWriter } from "./bytes.ts";
import { clean } from "./canonical.ts";
import { DAY_US, EPOCH_MS, ROW_COLUMNS, Row, START } from "./row.ts";

const END = Buffer.from([0xff, 0xff]);

/**
 * Writes rows one after the other, their columns in the order of ROW_COLUMNS. The row at hand can be read by `row` once
 * `endRow` was called, and what is reserved can be filled in later, by its offset.
 */
export class RowWriter extends ByteWriter {
  readonly row = new Row(this.bytes);
  #column = 0;
  /** the texts of the row before, and where they lie: most stand in this row again */
  readonly #texts: (string | null | undefined)[] = [];
  readonly #places: number[] = [];
  #day = "";
  #dayNumber = 0;

  /** @param bytes how much memory to begin with; it grows */
  constructor(bytes: number) {
    super(Buffer.allocUnsafeSlow(bytes + START.length));
    this.end = START.copy(this.bytes);
  }

  startRow(): void {
    this.#column = 0;
    this.room(2);
    this.view.setInt16(this.end, ROW_COLUMNS.length);
    this.end += 2;
  }
  endRow(): Row {
    this.row.bytes = this.bytes;
    this.row.view = this.view;
    return this.row;
  }
  int4(value: number): void {
    const at = this.reserve(4); // first: it may give us another view
    this.view.setInt32(at, value);
  }
  int8(value: number | null | undefined): void {
    if (value === null || value === undefined) {
      this.missing();
      return;
    }
    const at = this.reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.view.setInt32(at, high);
    this.view.setUint32(at + 4, value - high * 2 ** 32);
  }
  /** Made safe first: PostgreSQL refuses NUL and half a surrogate pair. */
  cell(value: string | null | undefined): void {
    const column = this.#column;
    if (value === null || value === undefined) this.missing();
    else if (value === this.#texts[column]) this.#again(column);
    else {
      this.#texts[column] = value;
      this.#places[column] = this.begin();
      this.text(clean(value));
      this.finish();
    }
  }
  /** A third of what it costs to encode it again. */
  #again(column: number): void {
    const before = this.#places[column]!;
    const size = this.view.getInt32(before - 4);
    const start = this.reserve(size);
    this.bytes.copyWithin(start, before, before + size);
    this.#places[column] = start;
  }
  /** A value that is written piece by piece, until `finish`. */
  begin(): number {
    this.room(4);
    this.end += 4;
    this.row.starts[this.#column] = this.end;
    return this.end;
  }
  finish(): void {
    const start = this.row.starts[this.#column]!;
    this.row.ends[this.#column++] = this.end;
    this.view.setInt32(start - 4, this.end - start);
  }
  missing(): void {
    this.begin();
    this.view.setInt32(this.end - 4, -1);
    this.row.ends[this.#column++] = this.end - 1;
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
    const at = this.reserve(bytes.length);
    bytes.copy(this.bytes, at);
  }
  /** A value of so many bytes, to be filled in; answers its offset. */
  reserve(size: number): number {
    this.room(size + 4);
    const start = this.begin();
    this.end += size;
    this.finish();
    return start;
  }
  /** All rows, in COPY's form. */
  take(): Buffer {
    this.room(2);
    END.copy(this.bytes, this.end);
    return this.bytes.subarray(0, this.end + 2);
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

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

/** Two decimal digits of a text. */
function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}
