import { quote } from "./canonical.ts";
import { COLUMN, type Row } from "./row.ts";

/** An event as its columns hold it: texts, canonical JSON texts, numbers; null where there is nothing. */
export interface EventRecord {
  retention_days: number;
  received_on: string;
  seq: number;
  received_at: string;
  source_id: string;
  occurred_at: string;
  kind: string;
  category: string;
  severity: string;
  model: string | null;
  model_label: string | null;
  record_id: number | null;
  record_name: string | null;
  user_id: number | null;
  user_login: string | null;
  user_name: string | null;
  as_user: string | null;
  origin: string;
  origin_type: string;
  session: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  correlation_id: string | null;
  transaction: string;
  /** a JSON array with one change a line, so that it is split without being parsed */
  changes: string;
  details: string | null;
  commitments: Buffer;
  hash: Buffer;
}

/** What an event's columns hold besides its changes, its commitments and its hash. */
type ColumnValues = Omit<EventRecord, "changes" | "commitments" | "hash">;

const orNull = (value: string | null): string => (value === null ? "null" : quote(value));

/** First leaf: what says who it was about and who did it. Salted, so that it can be erased and the chain stays. */
export function subject(r: ColumnValues): string {
  return `[${orNull(r.record_name)},${r.user_id ?? "null"},${orNull(r.user_login)},${orNull(r.user_name)},${r.as_user ?? "null"},${orNull(r.session)},${orNull(r.ip)},${orNull(r.user_agent)}]`;
}

/** What the event hash covers directly, in this order; `received_on` is the day of `received_at`. */
export function header(r: ColumnValues): string {
  return `[${r.seq},"${r.received_at}",${r.retention_days},${quote(r.source_id)},"${r.occurred_at}",${quote(r.kind)},${quote(r.category)},${quote(r.severity)},${orNull(r.model)},${orNull(r.model_label)},${r.record_id ?? "null"},${r.origin},${quote(r.origin_type)},${orNull(r.request_id)},${orNull(r.correlation_id)},${quote(r.transaction)}]`;
}

/** A row as a record, for those who want texts. */
export function toRecord(row: Row): EventRecord {
  const int8 = (column: number): number | null => (row.isNull(column) ? null : row.int8(column));
  const text = (column: number): string => row.text(column)!;
  return {
    retention_days: row.int4(COLUMN.retention_days),
    received_on: row.day(COLUMN.received_on),
    seq: row.int8(COLUMN.seq),
    received_at: row.time(COLUMN.received_at),
    source_id: text(COLUMN.source_id),
    occurred_at: row.time(COLUMN.occurred_at),
    kind: text(COLUMN.kind),
    category: text(COLUMN.category),
    severity: text(COLUMN.severity),
    model: row.text(COLUMN.model),
    model_label: row.text(COLUMN.model_label),
    record_id: int8(COLUMN.record_id),
    record_name: row.text(COLUMN.record_name),
    user_id: int8(COLUMN.user_id),
    user_login: row.text(COLUMN.user_login),
    user_name: row.text(COLUMN.user_name),
    as_user: row.text(COLUMN.as_user),
    origin: text(COLUMN.origin),
    origin_type: text(COLUMN.origin_type),
    session: row.text(COLUMN.session),
    ip: row.text(COLUMN.ip),
    user_agent: row.text(COLUMN.user_agent),
    request_id: row.text(COLUMN.request_id),
    correlation_id: row.text(COLUMN.correlation_id),
    transaction: text(COLUMN.transaction),
    changes: text(COLUMN.changes),
    details: row.text(COLUMN.details),
    commitments: Buffer.from(row.raw(COLUMN.commitments)),
    hash: Buffer.from(row.raw(COLUMN.hash)),
  };
}

/** ISO 8601 UTC with exactly six decimals, from ISO (`T`, `Z`, offset +00:00) or PostgreSQL's text (` `, `+00`). */
export function microseconds(time: string): string {
  if (time.length === 27 && time[26] === "Z" && time[10] === "T" && time[19] === ".") return time;
  // PostgreSQL's form of a time in UTC
  if (time[10] === " " && time.endsWith("+00")) {
    const fraction = time.length === 22 ? "000000" : time.slice(20, -3).padEnd(6, "0");
    return `${time.slice(0, 10)}T${time.slice(11, 19)}.${fraction}Z`;
  }
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(?:Z|\+00(?::?00)?)?$/.exec(time);
  if (match !== null) return `${match[1]}T${match[2]}.${(match[3] ?? "").padEnd(6, "0")}Z`;
  const parsed = new Date(time);
  if (Number.isNaN(parsed.getTime())) throw new RangeError(`"${time}" is no time in ISO 8601.`);
  return parsed.toISOString().replace("Z", "000Z");
}
