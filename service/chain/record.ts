import { randomBytes } from "node:crypto";
import type { Change, OdooEvent } from "../../odoo_addon_client/event.ts";
import { canonical, clean, quote } from "./canonical.ts";
import { ChangeHeads, changeText } from "./change-text.ts";
import {
  batch,
  beginLeaf,
  CHANGE,
  COMMITMENT_BYTES,
  DETAILS,
  eventHash,
  HASH_BYTES,
  SALT_BYTES,
  SUBJECT,
} from "./hashing.ts";
import { COLUMN, ROW_COLUMNS, type RowReader, RowWriter, uuidBytes, viewOf } from "./row.ts";
import { moveBytes } from "./sha256.ts";

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

export interface Place {
  organisation_id: string;
  instance_id: string;
  /** of the first event */
  seq: number;
  retention_days: number;
  received_at: string;
  previous: Buffer;
}

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value));

/** Events in their places, as the rows to be stored, and the hash of the last one. */
export interface ChainedRows {
  copy: Buffer;
  hash: Buffer;
}

/**
 * Gives events their places in the chain, one after the other behind `place.previous`, and writes their rows: canonical
 * columns, fresh salts, leaves (hashed four at a time, from the bytes of the row), hashes (each needs the one before).
 * 18 µs an event of 17 values; by way of records and COPY's text it was 60.
 */
export function chainEvents(events: OdooEvent[], place: Place, salts: SaltSource): ChainedRows {
  const rows = new RowWriter();
  const leaves = new Leaves(rows, salts);
  const heads = new ChangeHeads();
  const owner = [uuidBytes(place.organisation_id), uuidBytes(place.instance_id)] as const;
  const headers: string[] = [];
  /** where each row keeps its commitments, followed by its hash */
  const places: number[] = [];
  for (let i = 0; i < events.length; i++) {
    const event = events[i]!;
    const record = toColumns(event, place, place.seq + i);
    const count = event.changes.length + (record.details === null ? 1 : 2);
    rows.startRow(ROW_COLUMNS.length);
    rows.raw(owner[0]);
    rows.raw(owner[1]);
    places.push(leaves.startRow(count), count);
    rows.reserve(HASH_BYTES);
    leaves.addText(SUBJECT, subject(record));
    writeColumns(rows, record);
    writeValues(rows, leaves, heads, event.changes, record.details);
    headers.push(header(record));
  }
  leaves.finish();
  let hash = place.previous;
  for (let i = 0; i < headers.length; i++) {
    const start = places[2 * i]!;
    const end = start + places[2 * i + 1]! * COMMITMENT_BYTES;
    hash = eventHash(hash, headers[i]!, rows.bytes.subarray(start, end));
    hash.copy(rows.bytes, end + 4);
  }
  return { copy: rows.finish(), hash };
}

function toColumns(event: OdooEvent, place: Place, seq: number): ColumnValues {
  return {
    retention_days: place.retention_days,
    received_on: place.received_at.slice(0, 10),
    seq,
    received_at: place.received_at,
    source_id: clean(event.source_id),
    occurred_at: microseconds(event.occurred_at),
    kind: clean(event.kind),
    category: event.category,
    severity: event.severity,
    model: text(event.model),
    model_label: text(event.model_label),
    record_id: event.record_id ?? null,
    record_name: text(event.record_name),
    user_id: event.user?.id ?? null,
    user_login: text(event.user?.login),
    user_name: text(event.user?.name),
    as_user: event.as_user === undefined ? null : canonical(event.as_user),
    origin: canonical(event.origin),
    origin_type: clean(event.origin.type),
    session: text(event.session),
    ip: text(event.ip),
    user_agent: text(event.user_agent),
    request_id: text(event.request_id),
    correlation_id: text(event.correlation_id),
    transaction: clean(event.transaction),
    details: event.details === undefined ? null : canonical(event.details),
  };
}

/** In the order of ROW_COLUMNS, from `retention_days` to `transaction`. */
function writeColumns(rows: RowWriter, r: ColumnValues): void {
  rows.int4(r.retention_days);
  rows.date(r.received_on);
  rows.int8(r.seq);
  rows.time(r.received_at);
  rows.text(r.source_id);
  rows.time(r.occurred_at);
  rows.text(r.kind);
  rows.text(r.category);
  rows.text(r.severity);
  rows.text(r.model);
  rows.text(r.model_label);
  rows.int8(r.record_id);
  rows.text(r.record_name);
  rows.int8(r.user_id);
  rows.text(r.user_login);
  rows.text(r.user_name);
  rows.text(r.as_user);
  rows.text(r.origin);
  rows.text(r.origin_type);
  rows.text(r.session);
  rows.text(r.ip);
  rows.text(r.user_agent);
  rows.text(r.request_id);
  rows.text(r.correlation_id);
  rows.text(r.transaction);
}

/** `changes` and `details`, each value with its leaf; details' leaf stands before the changes'. */
function writeValues(
  rows: RowWriter,
  leaves: Leaves,
  heads: ChangeHeads,
  changes: Change[],
  details: string | null,
): void {
  if (details !== null) leaves.addText(DETAILS, details);
  const texts = changes.map((change) => changeText(change, heads));
  const all = `[${texts.join(",\n")}]`;
  let from = rows.text(all) + 1;
  const oneByte = rows.end - from + 1 === all.length; // characters are bytes, as nearly always
  for (const text of texts) {
    const to = from + (oneByte ? text.length : Buffer.byteLength(text));
    leaves.addBytes(CHANGE, from, to);
    from = to + 2;
  }
  rows.text(details);
}

/** The leaves of rows: salts and digests go into the rows' commitments, many digests at a time. */
class Leaves {
  readonly #rows: RowWriter;
  readonly #salts: SaltSource;
  /** where the digest of each message of the batch goes */
  readonly #targets: number[] = [];
  #next = 0;

  constructor(rows: RowWriter, salts: SaltSource) {
    this.#rows = rows;
    this.#salts = salts;
    batch.clear();
  }
  /** Reserves the column `commitments`; answers its offset. */
  startRow(count: number): number {
    this.#next = this.#rows.reserve(count * COMMITMENT_BYTES);
    return this.#next;
  }
  addText(domain: string, value: string): void {
    this.#begin(domain);
    batch.text(value);
    batch.end();
  }
  /** A value that stands in the row already. */
  addBytes(domain: string, from: number, to: number): void {
    this.#begin(domain);
    batch.bytes(this.#rows.view, from, to);
    batch.end();
  }
  finish(): void {
    batch.run();
    for (let i = 0; i < this.#targets.length; i++) batch.copy(i, this.#rows.view, this.#targets[i]!);
    batch.clear();
    this.#targets.length = 0;
  }
  #begin(domain: string): void {
    if (!batch.hasRoom(1)) this.finish();
    const { view } = this.#rows;
    this.#salts.write(view, this.#next);
    beginLeaf(domain, view, this.#next);
    this.#targets.push(this.#next + SALT_BYTES);
    this.#next += COMMITMENT_BYTES;
  }
}

const orNull = (value: string | null): string => (value === null ? "null" : quote(value));

/** First leaf: what says who it was about and who did it. Salted, so that it can be erased and the chain stays. */
export function subject(r: ColumnValues): string {
  return `[${orNull(r.record_name)},${r.user_id ?? "null"},${orNull(r.user_login)},${orNull(r.user_name)},${r.as_user ?? "null"},${orNull(r.session)},${orNull(r.ip)},${orNull(r.user_agent)}]`;
}

/** What the event hash covers directly, in this order; `received_on` is the day of `received_at`. */
export function header(r: ColumnValues): string {
  return `[${r.seq},"${r.received_at}",${r.retention_days},${quote(r.source_id)},"${r.occurred_at}",${quote(r.kind)},${quote(r.category)},${quote(r.severity)},${orNull(r.model)},${orNull(r.model_label)},${r.record_id ?? "null"},${r.origin},${quote(r.origin_type)},${orNull(r.request_id)},${orNull(r.correlation_id)},${quote(r.transaction)}]`;
}

/** The reader's row as a record, for those who want texts. */
export function toRecord(row: RowReader): EventRecord {
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

/** Random salts, drawn in bulk: a call a salt costs as much as the hash. */
export class SaltSource {
  #pool = viewOf(Buffer.alloc(0));
  #at = 0;

  write(target: DataView, offset: number): void {
    if (this.#at === this.#pool.byteLength) {
      this.#pool = viewOf(randomBytes(SALT_BYTES * 4096));
      this.#at = 0;
    }
    moveBytes(this.#pool, this.#at, target, offset, SALT_BYTES);
    this.#at += SALT_BYTES;
  }
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
