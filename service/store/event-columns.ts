import { HASH_BYTES } from "../chain/hashing.ts";
import type { EventRecord } from "../chain/record.ts";
import { microseconds } from "../chain/record.ts";

/** The columns of an EventRecord, in the order in which they travel through COPY. */
export const EVENT_COLUMNS = [
  "retention_days", "received_on", "seq", "received_at", "source_id", "occurred_at", "kind", "category", "severity",
  "model", "model_label", "record_id", "record_name", "user_id", "user_login", "user_name", "as_user", "origin",
  "origin_type", "session", "ip", "user_agent", "request_id", "correlation_id", "transaction", "changes", "details",
  "commitments", "hash",
] as const satisfies readonly (keyof EventRecord)[]; // biome-ignore format: one glance

const SPECIAL = /[\\\n\r\t]/;

function field(value: string | null): string {
  if (value === null) return "\\N";
  return SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, escaped) : value;
}

function escaped(character: string): string {
  return character === "\\" ? "\\\\" : character === "\n" ? "\\n" : character === "\r" ? "\\r" : "\\t";
}

/** One line of `COPY event (organisation_id, instance_id, EVENT_COLUMNS) FROM STDIN`. */
export function toCopyLine(prefix: string, r: EventRecord): string {
  return `${prefix}\t${r.retention_days}\t${r.received_on}\t${r.seq}\t${r.received_at}\t${field(r.source_id)}\t${r.occurred_at}\t${field(r.kind)}\t${field(r.category)}\t${field(r.severity)}\t${field(r.model)}\t${field(r.model_label)}\t${r.record_id ?? "\\N"}\t${field(r.record_name)}\t${r.user_id ?? "\\N"}\t${field(r.user_login)}\t${field(r.user_name)}\t${field(r.as_user)}\t${field(r.origin)}\t${field(r.origin_type)}\t${field(r.session)}\t${field(r.ip)}\t${field(r.user_agent)}\t${field(r.request_id)}\t${field(r.correlation_id)}\t${field(r.transaction)}\t${field(r.changes)}\t${field(r.details)}\t\\\\x${r.commitments.toString("hex")}\t\\\\x${r.hash.toString("hex")}\n`;
}

const UNESCAPED: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };

function unfield(value: string): string {
  let text = "";
  let from = 0;
  for (let at = value.indexOf("\\"); at >= 0; at = value.indexOf("\\", from)) {
    const character = value[at + 1]!;
    text += value.slice(from, at) + (UNESCAPED[character] ?? character);
    from = at + 2;
  }
  return text + value.slice(from);
}

/** What `COPY (SELECT …) TO STDOUT` selects: as EVENT_COLUMNS, but all bytes in one hexadecimal field. */
export const COPY_OUT_COLUMNS = [...EVENT_COLUMNS.slice(0, -2), "encode(commitments || hash, 'hex')"].join(", ");

/** Back from a line of COPY_OUT_COLUMNS, without its line end. */
export function fromCopyLine(line: string): EventRecord {
  const fields: (string | null)[] = line.split("\t");
  for (let i = 0; i < fields.length; i++) {
    const value = fields[i]!;
    if (value === "\\N") fields[i] = null;
    else if (value.includes("\\")) fields[i] = unfield(value);
  }
  return toRecord(fields);
}

const number = (value: string | null): number | null => (value === null ? null : Number(value));

/** PostgreSQL's `2026-11-21 10:00:00.12+00` as ISO; the time before is remembered, a batch shares its received_at. */
let lastText = "";
let lastTime = "";
function iso(text: string): string {
  if (text === lastText) return lastTime;
  lastText = text;
  lastTime = microseconds(text);
  return lastTime;
}

function toRecord(f: (string | null)[]): EventRecord {
  const bytes = Buffer.from(f[27]!, "hex");
  return {
    retention_days: Number(f[0]),
    received_on: f[1]!,
    seq: Number(f[2]),
    received_at: iso(f[3]!),
    source_id: f[4]!,
    occurred_at: microseconds(f[5]!),
    kind: f[6]!,
    category: f[7]!,
    severity: f[8]!,
    model: f[9]!,
    model_label: f[10]!,
    record_id: number(f[11]!),
    record_name: f[12]!,
    user_id: number(f[13]!),
    user_login: f[14]!,
    user_name: f[15]!,
    as_user: f[16]!,
    origin: f[17]!,
    origin_type: f[18]!,
    session: f[19]!,
    ip: f[20]!,
    user_agent: f[21]!,
    request_id: f[22]!,
    correlation_id: f[23]!,
    transaction: f[24]!,
    changes: f[25]!,
    details: f[26]!,
    commitments: bytes.subarray(0, -HASH_BYTES),
    hash: bytes.subarray(-HASH_BYTES),
  };
}
