import { csvCell } from "../../audit/export.ts";
import { type ByteWriter, viewOf } from "../../chain/bytes.ts";
import { quote } from "../../chain/canonical.ts";
import { COLUMN, type Row } from "../../chain/row.ts";
import { int8, quoted, verbatim } from "../../chain/row-texts.ts";
import type { Instance } from "../../store/types.ts";

/*
 * A row's bytes as a line of CSV or an event of JSON, written as bytes: made of strings, and these encoded again, a row
 * took three times as long. The tests hold them against csvCell and event-json.ts.
 */

/** Writes one row; the same for all rows of an export. */
export type WriteRow = (out: ByteWriter, row: Row) => void;
type WriteColumn = (out: ByteWriter, row: Row, column: number) => void;

type Column = keyof typeof COLUMN;
const LINE_END = 10;
const QUOTE = 34;
const COMMA = 44;
const RETURN = 13;

/** As the API shows an event. */
export function jsonWriter({ id, name }: Instance): WriteRow {
  const key = (text: string): DataView => viewOf(Buffer.from(text));
  const begin = key(`{"instance":${quote(name)},"instance_id":"${id}","seq":`);
  const optional = (column: Column, write: WriteColumn): WriteRow => {
    const label = key(`,"${column}":`);
    return (out, row) => {
      if (row.isNull(COLUMN[column])) return;
      out.move(label);
      write(out, row, COLUMN[column]);
    };
  };
  const inQuotes =
    (write: WriteColumn): WriteColumn =>
    (out, row, column) => {
      out.ascii('"');
      write(out, row, column);
      out.ascii('"');
    };
  const texts = (...columns: Column[]): WriteRow[] => columns.map((column) => optional(column, quoted));
  const parts: WriteRow[] = [
    ...texts("source_id"),
    optional("occurred_at", inQuotes(time)),
    optional("received_at", inQuotes(time)),
    ...texts("kind", "category", "severity", "model", "model_label"),
    optional("record_id", int8),
    ...texts("record_name"),
    user,
    optional("as_user", verbatim),
    optional("origin", verbatim),
    ...texts("session", "ip", "user_agent", "request_id", "correlation_id", "transaction"),
    optional("changes", oneLine),
    optional("details", verbatim),
    optional("hash", inQuotes(hex)),
  ];
  return (out, row) => {
    out.move(begin);
    int8(out, row, COLUMN.seq);
    for (const part of parts) part(out, row);
    out.ascii("}");
  };
}

function user(out: ByteWriter, row: Row): void {
  if (row.isNull(COLUMN.user_id)) {
    out.ascii(',"user":null');
    return;
  }
  out.ascii(',"user":{"id":');
  int8(out, row, COLUMN.user_id);
  out.ascii(',"login":');
  quoted(out, row, COLUMN.user_login);
  out.ascii(',"name":');
  quoted(out, row, COLUMN.user_name);
  out.ascii("}");
}

/** The column has one change a line. */
function oneLine(out: ByteWriter, row: Row, column: number): void {
  const to = row.ends[column]!;
  for (let from = row.starts[column]!; from < to; ) {
    const end = row.bytes.indexOf(LINE_END, from);
    const stop = end < 0 || end > to ? to : end;
    out.move(row.view, from, stop);
    from = stop + 1;
  }
}

const cells = (...columns: Column[]): [Column, WriteColumn][] => columns.map((column) => [column, textCell]);
const CSV: [Column, WriteColumn][] = [
  ["seq", int8],
  ["occurred_at", time],
  ["received_at", time],
  ...cells("kind", "category", "severity", "model", "model_label"),
  ["record_id", numberCell],
  ...cells("record_name", "user_login", "user_name", "origin_type", "session", "ip", "user_agent"),
  ...cells("request_id", "transaction"),
  ["changes", jsonCell],
  ["details", jsonCell],
  ["hash", hex],
];
export const CSV_HEADER = ["instance", ...CSV.map(([name]) => name)].join(",");

/** A line without its end. */
export function csvWriter({ name }: Instance): WriteRow {
  const begin = viewOf(Buffer.from(csvCell(name)));
  return (out, row) => {
    out.move(begin);
    for (const [column, write] of CSV) {
      out.ascii(",");
      write(out, row, COLUMN[column]);
    }
  };
}

function time(out: ByteWriter, row: Row, column: number): void {
  out.ascii(row.time(column));
}

function hex(out: ByteWriter, row: Row, column: number): void {
  out.ascii(row.raw(column).toString("hex"));
}

function numberCell(out: ByteWriter, row: Row, column: number): void {
  if (!row.isNull(column)) int8(out, row, column);
}

/** csvCell of a text: most begin with a letter or a digit and hold nothing that must be quoted. */
function textCell(out: ByteWriter, row: Row, column: number): void {
  const from = row.starts[column]!;
  const to = row.ends[column]!;
  if (to <= from) return;
  if (isPlain(row.bytes, from, to)) out.move(row.view, from, to);
  else out.text(csvCell(row.text(column)));
}

function isPlain(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[from]! | 0x20;
  if (!((first >= 0x61 && first <= 0x7a) || (bytes[from]! >= 0x30 && bytes[from]! <= 0x39))) return false;
  for (let i = from + 1; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE || byte === COMMA || byte === LINE_END || byte === RETURN) return false;
  }
  return true;
}

/** JSON in quotes, its own ones doubled, on one line; `[]` needs none. */
function jsonCell(out: ByteWriter, row: Row, column: number): void {
  const size = row.size(column);
  if (size <= 2) {
    if (size > 0) out.move(row.view, row.starts[column], row.ends[column]);
    return;
  }
  out.room(size * 2 + 2);
  const { bytes } = out;
  let at = out.end;
  bytes[at++] = QUOTE;
  for (let i = row.starts[column]!; i < row.ends[column]!; i++) {
    const byte = row.bytes[i]!;
    if (byte === LINE_END) continue;
    if (byte === QUOTE) bytes[at++] = QUOTE;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  out.end = at;
}
