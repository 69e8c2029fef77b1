import type { Change } from "../../odoo_addon_client/event.ts";
import type { Json, JsonObject } from "../../odoo_addon_client/protocol.ts";
import { AUDIT_INSTANCE } from "../../service/store/audit-rows.ts";
import type { StoredEvent } from "../../service/store/types.ts";
import type { CellValue } from "../table.ts";
import { deviceLabel } from "./device.ts";

/* How an event's values become cells. Pure: the verifier makes the same cells again. */

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATETIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:?00)?$/;
/** Excel's numbers are doubles: what has more digits stays text, or it would be another amount. */
const MOST_DIGITS = 15;

/** Milliseconds of a time in UTC, as ISO 8601 or PostgreSQL write it, with or without its zone. */
export function msOfTime(text: string): number {
  return Date.parse(
    `${text
      .replace(" ", "T")
      .replace(/(\.\d{3})\d+/, "$1")
      .replace(/(Z|\+00(:?00)?)?$/, "")}Z`,
  );
}

export function whoAndWhen(event: StoredEvent): CellValue[] {
  const moment = { moment: msOfTime(event.occurred_at) };
  const { user, as_user } = event;
  const name = user === null ? null : as_user === undefined ? user.name : `${user.name} as ${as_user.name}`;
  return [moment, moment, event.instance, name, user?.login ?? null];
}

export function modelAndRecord(event: StoredEvent): CellValue[] {
  return [modelName(event), event.record_name ?? null, event.record_id ?? null];
}

export function modelName(event: StoredEvent): string | null {
  if (event.model === undefined) return null;
  if (event.instance === AUDIT_INSTANCE) return `Vigil: ${event.model}`;
  return event.model_label === undefined ? event.model : `${event.model_label} (${event.model})`;
}

export function whereFrom(event: StoredEvent): CellValue[] {
  return [event.user_agent === undefined ? null : deviceLabel(event.user_agent), event.ip ?? null, originOf(event)];
}

export function reference(event: StoredEvent): CellValue[] {
  return [event.seq, event.hash];
}

/** "web_save", "cron: Currency rates", "sql". */
export function originOf({ origin }: StoredEvent): string {
  if (origin.name !== undefined) return `${origin.type}: ${origin.name}`;
  return origin.method ?? origin.route ?? origin.type;
}

/** "updated" for record.updated: words for people; unknown kinds stay as they are. */
export function operationOf(event: StoredEvent): string {
  return event.kind.startsWith("record.") ? event.kind.slice(7) : event.kind;
}

export function fieldOf(change: Change): string {
  const scope = change.lang ?? change.company?.name ?? (change.company && `company ${change.company.id}`);
  return scope ? `${change.label} (${scope})` : change.label;
}

/** Before and after of a change; of links what was taken away and what was added. */
export function beforeAfter(change: Change): [CellValue, CellValue] {
  if (change.redacted) return ["(secret, never recorded)", "(secret, never recorded)"];
  if (change.added !== undefined || change.removed !== undefined)
    return [links("−", change.removed), links("+", change.added)];
  return [fieldValue(change.before, change.type), fieldValue(change.after, change.type)];
}

function links(sign: string, records: Change["added"]): CellValue {
  return records?.length ? records.map((record) => `${sign} ${record.name ?? `#${record.id}`}`).join("\n") : null;
}

/** A field's value, typed where Excel has the type. */
export function fieldValue(value: Json | undefined, type: string): CellValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  if (typeof value === "string") return textValue(value, type);
  if (Array.isArray(value)) return value.map((one) => plainText(one)).join(", ");
  return objectValue(value);
}

function textValue(value: string, type: string): CellValue {
  if (type === "date" && DATE.test(value)) return { day: value };
  if (type === "datetime" && DATETIME.test(value)) return { moment: msOfTime(value) };
  if (type === "float" || type === "integer" || type === "monetary") return exactNumber(value) ?? value;
  return value;
}

function objectValue(value: JsonObject): CellValue {
  if (typeof value.amount === "string") {
    const amount = exactNumber(value.amount);
    const currency = typeof value.currency === "string" ? value.currency : "";
    return amount === undefined ? [value.amount, currency].filter(Boolean).join(" ") : { amount, currency };
  }
  return plainText(value);
}

/** A decimal text as a number, when a double holds it exactly as people read it. */
function exactNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const digits = text.replace(/^-?0*|\.|0+$/g, "").length;
  return digits <= MOST_DIGITS ? Number(text) : undefined;
}

/** Any JSON as words. */
export function plainText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map((one) => plainText(one)).join(", ");
  if (typeof value.amount === "string") return [value.amount, value.currency].filter(Boolean).join(" ");
  if ("size_bytes" in value) return `${String(value.size_bytes)} bytes, sha256 ${String(value.sha256 ?? "unknown")}`;
  if ("label" in value) return plainText(value.label);
  if ("id" in value) return String(value.name || value.login || `#${String(value.id)}`);
  const parts = Object.entries(value).map(([key, one]) => `${words(key)} ${inner(one)}`);
  return parts.join(", ") || "nothing";
}

const inner = (value: Json | undefined): string =>
  typeof value === "object" && value !== null ? `(${plainText(value)})` : plainText(value);
/** "wrong password" for wrong_password; what people wrote stays as it is. */
export const words = (text: string): string =>
  /^[a-z0-9]+(_[a-z0-9]+)+$/.test(text) ? text.replaceAll("_", " ") : text;

/** Details as "name: value" lines, without the keys that have columns of their own. */
export function detailLines(details: JsonObject | undefined, without: string[] = []): string | null {
  const lines = Object.entries(details ?? {})
    .filter(([key, value]) => !without.includes(key) && plainText(value) !== "")
    .map(([key, value]) => `${words(key)}: ${plainText(value)}`);
  return lines.length === 0 ? null : lines.join("\n");
}

export function detail(event: StoredEvent, ...keys: string[]): string | null {
  for (const key of keys) {
    const value = event.details?.[key];
    if (value !== undefined && value !== null) return plainText(value);
  }
  return null;
}

/** The person whom the event is about, where it tells: not always the one who did it. */
export function subjectOf({ details }: StoredEvent): { login: string; name: string | null } | undefined {
  const { user } = details ?? {};
  if (typeof user !== "object" || user === null || Array.isArray(user) || typeof user.login !== "string")
    return undefined;
  return { login: user.login, name: typeof user.name === "string" ? user.name : null };
}

export function detailTime(event: StoredEvent, key: string): CellValue {
  const value = event.details?.[key];
  return typeof value === "string" && DATETIME.test(value) ? { moment: msOfTime(value) } : null;
}

export function detailNumber(event: StoredEvent, key: string): CellValue {
  const value = event.details?.[key];
  return typeof value === "number" ? value : null;
}
