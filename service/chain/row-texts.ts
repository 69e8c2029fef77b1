import type { ByteWriter } from "./bytes.ts";
import { quote } from "./canonical.ts";
import { COLUMN, type Row } from "./row.ts";

/*
 * `subject` and `header` of record.ts, from a row's bytes: as strings they cost half of the time. The vectors and the
 * mutations hold the two together.
 */

/** First leaf: what says who it was about and who did it. */
export function addSubject(out: ByteWriter, row: Row): void {
  out.ascii("[");
  quoted(out, row, COLUMN.record_name);
  out.ascii(",");
  int8(out, row, COLUMN.user_id);
  out.ascii(",");
  quoted(out, row, COLUMN.user_login);
  out.ascii(",");
  quoted(out, row, COLUMN.user_name);
  out.ascii(",");
  verbatim(out, row, COLUMN.as_user);
  out.ascii(",");
  quoted(out, row, COLUMN.session);
  out.ascii(",");
  quoted(out, row, COLUMN.ip);
  out.ascii(",");
  quoted(out, row, COLUMN.user_agent);
  out.ascii("]");
}

/** What the event hash covers directly. */
export function addHeader(out: ByteWriter, row: Row): void {
  out.ascii(`[${row.int8(COLUMN.seq)},"${row.time(COLUMN.received_at)}",${row.int4(COLUMN.retention_days)},`);
  quoted(out, row, COLUMN.source_id);
  out.ascii(`,"${row.time(COLUMN.occurred_at)}",`);
  for (const column of [COLUMN.kind, COLUMN.category, COLUMN.severity, COLUMN.model, COLUMN.model_label]) {
    quoted(out, row, column);
    out.ascii(",");
  }
  int8(out, row, COLUMN.record_id);
  out.ascii(",");
  verbatim(out, row, COLUMN.origin);
  for (const column of [COLUMN.origin_type, COLUMN.request_id, COLUMN.correlation_id, COLUMN.transaction]) {
    out.ascii(",");
    quoted(out, row, column);
  }
  out.ascii("]");
}

/** A JSON string, or null. Most texts need no escape. */
export function quoted(out: ByteWriter, row: Row, column: number): void {
  const { bytes } = row;
  const from = row.starts[column]!;
  const to = row.ends[column]!;
  if (to < from) out.ascii("null");
  else if (needsEscape(bytes, from, to)) out.text(quote(row.text(column)!));
  else {
    out.ascii('"');
    out.move(row.view, from, to);
    out.ascii('"');
  }
}

function needsEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return true;
  }
  return false;
}

export function verbatim(out: ByteWriter, row: Row, column: number): void {
  if (row.isNull(column)) out.ascii("null");
  else out.move(row.view, row.starts[column], row.ends[column]);
}

export function int8(out: ByteWriter, row: Row, column: number): void {
  out.ascii(row.isNull(column) ? "null" : `${row.int8(column)}`);
}
