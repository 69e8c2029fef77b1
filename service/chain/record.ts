import { randomBytes } from "node:crypto";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { canonical, clean, quote } from "./canonical.ts";
import { addLeaf, batch, CHANGE, COMMITMENT_BYTES, DETAILS, eventHash, SALT_BYTES, SUBJECT } from "./hashing.ts";

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
  /** a JSON array with one change a line: lines are split without parsing */
  changes: string;
  details: string | null;
  commitments: Buffer;
  hash: Buffer;
}

export interface Place {
  /** of the first event */
  seq: number;
  retention_days: number;
  received_at: string;
  previous: Buffer;
}

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value));

/**
 * Gives events their places in the chain, one after the other behind `place.previous`: canonical columns, fresh salts,
 * leaves (hashed four at a time), hashes (each needs the one before).
 */
export function chainEvents(events: OdooEvent[], place: Place, salts: SaltSource): EventRecord[] {
  const records = events.map((event, i) => toRecord(event, place, place.seq + i));
  commitAll(records, salts);
  let previous = place.previous;
  for (const record of records) {
    previous = eventHash(previous, header(record), record.commitments);
    record.hash = previous;
  }
  return records;
}

function toRecord(event: OdooEvent, place: Place, seq: number): EventRecord {
  const changes = event.changes.map(canonical);
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
    changes: `[${changes.join(",\n")}]`,
    details: event.details === undefined ? null : canonical(event.details),
    commitments: Buffer.allocUnsafe(COMMITMENT_BYTES * (changes.length + (event.details === undefined ? 1 : 2))),
    hash: place.previous,
  };
}

/** The values that leaves commit to, in order. */
function* leafValues(record: EventRecord): Generator<[domain: string, value: string]> {
  yield [SUBJECT, subject(record)];
  if (record.details !== null) yield [DETAILS, record.details];
  for (const change of splitChanges(record.changes)!) yield [CHANGE, change];
}

function commitAll(records: EventRecord[], salts: SaltSource): void {
  const targets: Buffer[] = [];
  const offsets: number[] = [];
  const flush = (): void => {
    batch.run();
    for (let i = 0; i < targets.length; i++) batch.copy(i, targets[i]!, offsets[i]! + SALT_BYTES);
    batch.clear();
    targets.length = offsets.length = 0;
  };
  batch.clear();
  for (const record of records) {
    let offset = 0;
    for (const [domain, value] of leafValues(record)) {
      if (!batch.hasRoom(1)) flush();
      salts.write(record.commitments, offset);
      addLeaf(domain, record.commitments, offset, value);
      targets.push(record.commitments);
      offsets.push(offset);
      offset += COMMITMENT_BYTES;
    }
  }
  flush();
}

/** Elements of a changes column, unparsed; undefined when the text around them is not what it must be. */
export function splitChanges(text: string): string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  return text.length === 2 ? [] : text.slice(1, -1).split(",\n");
}

const orNull = (value: string | null): string => (value === null ? "null" : quote(value));

/** First leaf: what says who it was about and who did it. Salted, so that it can be erased and the chain stays. */
export function subject(r: EventRecord): string {
  return `[${orNull(r.record_name)},${r.user_id ?? "null"},${orNull(r.user_login)},${orNull(r.user_name)},${r.as_user ?? "null"},${orNull(r.session)},${orNull(r.ip)},${orNull(r.user_agent)}]`;
}

/** What the event hash covers directly, in this order; `received_on` is the day of `received_at`. */
export function header(r: EventRecord): string {
  return `[${r.seq},"${r.received_at}",${r.retention_days},${quote(r.source_id)},"${r.occurred_at}",${quote(r.kind)},${quote(r.category)},${quote(r.severity)},${orNull(r.model)},${orNull(r.model_label)},${r.record_id ?? "null"},${r.origin},${quote(r.origin_type)},${orNull(r.request_id)},${orNull(r.correlation_id)},${quote(r.transaction)}]`;
}

/** Random salts, drawn in bulk: a call a salt costs as much as the hash. */
export class SaltSource {
  #pool: Buffer = Buffer.alloc(0);
  #at = 0;

  write(target: Buffer, offset: number): void {
    if (this.#at === this.#pool.length) {
      this.#pool = randomBytes(SALT_BYTES * 4096);
      this.#at = 0;
    }
    this.#pool.copy(target, offset, this.#at, this.#at + SALT_BYTES);
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
