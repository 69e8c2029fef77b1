import type { Json, JsonObject } from "../../../odoo_addon_client/protocol.ts";
import { printable } from "./style.ts";

const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A field's value as a person reads it: `{"key":"sale","label":"Sales Order"}` is "Sales Order". */
export function showValue(value: Json | undefined): string {
  if (value === undefined || value === null || value === "") return "—";
  if (typeof value === "boolean") return value ? "yes" : "no";
  // ISO 8601 as the wire has it; all of Vigil's times are UTC.
  if (typeof value === "string" && DATETIME.test(value)) return value.slice(0, 19).replace("T", " ");
  if (typeof value !== "object") return printable(String(value));
  if (Array.isArray(value)) return value.length ? value.map(showValue).join(", ") : "—";
  return showObject(value);
}

function showObject(value: JsonObject): string {
  if (typeof value.amount === "string") return printable([value.amount, value.currency].filter(Boolean).join(" "));
  if ("size_bytes" in value)
    return `${showSize(Number(value.size_bytes))}, sha256 ${String(value.sha256 ?? "?").slice(0, 12)}…`;
  if ("label" in value) return showValue(value.label);
  if ("id" in value) return showRecord(value as { id: number; name?: string });
  return printable(JSON.stringify(value));
}

/** A record by its name, or by its number when the name is not known. */
export function showRecord(record: { id?: Json; name?: Json }): string {
  return record.name ? printable(String(record.name)) : `#${String(record.id)}`;
}

export function showSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
