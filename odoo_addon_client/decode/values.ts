import type { Column, Json, JsonObject, Property } from "../protocol.ts";
import { amountText, numberOrText } from "./numbers.ts";
import type { SafeText } from "./safe-text.ts";

/** What a value needs besides itself: names read in the page's snapshot, and the row it stands in. */
export interface ValueContext {
  names: Record<string, Record<string, string>>;
  safe: SafeText;
  /** what users defined as properties, by their technical name */
  properties: Record<string, Property>;
  /** the name that a record had in this page's images: one that was deleted meanwhile has no other */
  nameInPage(model: string, id: number): string | undefined;
  /** the side of the row the value is from, and the other one for what did not change (a currency, say) */
  row: JsonObject;
  other: JsonObject;
}
export type Decoder = (raw: Json, context: ValueContext) => Json;

/** The decoder of a column's plain value; null never reaches it. Translation, company and secrets are dealt with before. */
export function decoderFor(column: Column): Decoder {
  switch (column.type) {
    case "selection":
      return (raw, { safe }) => selection(column, raw, safe);
    case "many2one":
      return (raw, context) =>
        typeof raw === "number" ? named(raw, column.relation, context) : context.safe.json(raw);
    case "monetary":
      return (raw, context) => monetary(column, raw, context);
    case "float":
    case "integer":
    case "many2one_reference":
      return (raw, { safe }) => safe.json(typeof raw === "string" ? numberOrText(raw) : raw);
    case "reference":
      return reference;
    case "datetime":
      return (raw, { safe }) => (typeof raw === "string" ? isoUtc(safe.text(raw)) : safe.json(raw));
    default:
      return (raw, { safe }) => safe.json(raw);
  }
}

function selection(column: Column, raw: Json, safe: SafeText): Json {
  const key = safe.json(raw);
  const label = column.selection?.[String(raw)];
  return label === undefined ? { key } : { key, label: safe.text(label) };
}

export function named(
  id: number,
  model: string | undefined,
  { names, safe, nameInPage }: ValueContext,
): { id: number; name?: string } {
  const name = model === undefined ? undefined : (names[model]?.[id] ?? nameInPage(model, id));
  return name === undefined ? { id } : { id, name: safe.text(name) };
}

function monetary(column: Column, raw: Json, context: ValueContext): Json {
  if (typeof raw !== "string" && typeof raw !== "number") return context.safe.json(raw);
  const currency = currencyName(column, context);
  const amount = context.safe.text(amountText(raw, currency));
  return currency === undefined ? { amount } : { amount, currency };
}

/** The currency may stand in the row, beside it as "@column", or only on the other side because it did not change. */
function currencyName(column: Column, { row, other, names, safe }: ValueContext): string | undefined {
  const key = column.currency ?? "currency_id";
  const context = `@${key}`;
  const id = row[key] ?? row[context] ?? other[context] ?? other[key];
  if (typeof id === "string") return safe.text(id);
  const name = typeof id === "number" ? names["res.currency"]?.[id] : undefined;
  return name === undefined ? undefined : safe.text(name);
}

/** "res.partner,14" is a record of a model that only the value knows. */
function reference(raw: Json, context: ValueContext): Json {
  const match = typeof raw === "string" ? /^([a-z0-9_.]+),(\d+)$/.exec(raw) : null;
  if (match === null) return context.safe.json(raw);
  const model = match[1]!;
  return { model, ...named(Number(match[2]), model, context) };
}

/** PostgreSQL's "2026-11-21 09:14:03.12" (always UTC in Odoo) as ISO 8601. */
export function isoUtc(text: string): string {
  if (text.length >= 20 && text.endsWith("Z") && text.charCodeAt(10) === 84) return text;
  const match = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|\+00(?::?00)?)?$/.exec(text);
  return match === null ? text : `${match[1]}T${match[2]}Z`;
}
