import type { Change } from "../../odoo_addon_client/event.ts";
import { canonical, quote } from "./canonical.ts";

/** Every key of a change in canonical order, but for field, label and type. A key that is missing here would not be committed to. */
const OPTIONAL = {
  added: "first",
  after: "first",
  before: "first",
  company: "first",
  lang: "between",
  redacted: "between",
  removed: "between",
} satisfies Record<Exclude<keyof Change, "field" | "label" | "type">, "first" | "between">;
const keys = (place: string) =>
  (Object.keys(OPTIONAL) as (keyof typeof OPTIONAL)[])
    .filter((key) => OPTIONAL[key] === place)
    .map((key) => [key, `"${key}":`] as const);
const BEFORE_FIELD = keys("first");
const BEFORE_TYPE = keys("between");

/**
 * The canonical JSON of a change; the same as `canonical(change)` (a test holds them together), four times as fast: its
 * keys need no sorting, and the texts of a field are made once a page.
 */
export function changeText(change: Change, heads: ChangeHeads): string {
  const head = heads.of(change);
  let text = "{";
  for (const [key, name] of BEFORE_FIELD) {
    const value = change[key];
    if (value !== undefined) text += `${name}${typeof value === "string" ? quote(value) : canonical(value)},`;
  }
  text += head.field;
  for (const [key, name] of BEFORE_TYPE) {
    const value = change[key];
    if (value !== undefined) text += `,${name}${canonical(value)}`;
  }
  return text + head.type;
}

/** Field, label and type as JSON, remembered by field: nearly every row of a page changes the same ones. */
export class ChangeHeads {
  readonly #known = new Map<string, { label: string; kind: string; field: string; type: string }>();

  of({ field: name, label, type: kind }: Change): { field: string; type: string } {
    const known = this.#known.get(name);
    if (known !== undefined && known.label === label && known.kind === kind) return known;
    const field = `"field":${quote(name)},"label":${quote(label)}`;
    const made = { label, kind, field, type: `,"type":${quote(kind)}}` };
    this.#known.set(name, made);
    return made;
  }
}
