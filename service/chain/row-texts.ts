import { quote } from "./canonical.ts";
import { COLUMN, type RowReader } from "./row.ts";
import type { HashBatch } from "./sha256.ts";

/*
 * `subject` and `header` of record.ts, written from a row's bytes straight into the batch: as strings they cost the
 * verifier half of its time. The vectors and the verifier's mutations hold the two together.
 */

/** First leaf: what says who it was about and who did it. */
export function addSubject(batch: HashBatch, rows: RowReader): void {
  batch.ascii("[");
  quoted(batch, rows, COLUMN.record_name);
  batch.ascii(",");
  int8(batch, rows, COLUMN.user_id);
  batch.ascii(",");
  quoted(batch, rows, COLUMN.user_login);
  batch.ascii(",");
  quoted(batch, rows, COLUMN.user_name);
  batch.ascii(",");
  verbatim(batch, rows, COLUMN.as_user);
  batch.ascii(",");
  quoted(batch, rows, COLUMN.session);
  batch.ascii(",");
  quoted(batch, rows, COLUMN.ip);
  batch.ascii(",");
  quoted(batch, rows, COLUMN.user_agent);
  batch.ascii("]");
}

/** What the event hash covers directly. */
export function addHeader(batch: HashBatch, rows: RowReader): void {
  batch.ascii(`[${rows.int8(COLUMN.seq)},"${rows.time(COLUMN.received_at)}",${rows.int4(COLUMN.retention_days)},`);
  quoted(batch, rows, COLUMN.source_id);
  batch.ascii(`,"${rows.time(COLUMN.occurred_at)}",`);
  for (const column of [COLUMN.kind, COLUMN.category, COLUMN.severity, COLUMN.model, COLUMN.model_label]) {
    quoted(batch, rows, column);
    batch.ascii(",");
  }
  int8(batch, rows, COLUMN.record_id);
  batch.ascii(",");
  verbatim(batch, rows, COLUMN.origin);
  for (const column of [COLUMN.origin_type, COLUMN.request_id, COLUMN.correlation_id, COLUMN.transaction]) {
    batch.ascii(",");
    quoted(batch, rows, column);
  }
  batch.ascii("]");
}

/** A JSON string, or null. Most texts need no escape. */
function quoted(batch: HashBatch, rows: RowReader, column: number): void {
  const { bytes } = rows;
  const from = rows.starts[column]!;
  const to = rows.ends[column]!;
  if (to < from) batch.ascii("null");
  else if (needsEscape(bytes, from, to)) batch.text(quote(rows.text(column)!));
  else {
    batch.ascii('"');
    batch.bytes(rows.view, from, to);
    batch.ascii('"');
  }
}

function needsEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return true;
  }
  return false;
}

function verbatim(batch: HashBatch, rows: RowReader, column: number): void {
  if (rows.isNull(column)) batch.ascii("null");
  else batch.bytes(rows.view, rows.starts[column], rows.ends[column]);
}

function int8(batch: HashBatch, rows: RowReader, column: number): void {
  batch.ascii(rows.isNull(column) ? "null" : `${rows.int8(column)}`);
}
