import type { Change } from "../../odoo_addon_client/event.ts";
import type { Json } from "../../odoo_addon_client/protocol.ts";
import { type ByteWriter, viewOf } from "./bytes.ts";
import { quote } from "./canonical.ts";
import { writeJson } from "./json-bytes.ts";

type Written =
  | ("added" | "after" | "before" | "company" | "field" | "label")
  | ("lang" | "redacted" | "removed" | "type");
/** A key of a change that is not written would not be committed to: then this does not compile. */
({}) satisfies Record<Exclude<keyof Change, Written>, never>;

/**
 * Writes the canonical JSON of a change; the same as `canonical(change)` (a test holds them together). Its keys need no
 * sorting, and the bytes of a field's name, label and type are made once a page.
 */
export function writeChange(out: ByteWriter, change: Change, heads: ChangeHeads): void {
  const { added, after, before, company, lang, redacted, removed } = change;
  const head = heads.of(change);
  out.ascii("{");
  if (added !== undefined) first(out, '"added":', added);
  if (after !== undefined) first(out, '"after":', after);
  if (before !== undefined) first(out, '"before":', before);
  if (company !== undefined) first(out, '"company":', company);
  out.move(head.field);
  if (lang !== undefined) behind(out, ',"lang":', lang);
  if (redacted !== undefined) behind(out, ',"redacted":', redacted);
  if (removed !== undefined) behind(out, ',"removed":', removed);
  out.move(head.type);
}

function first(out: ByteWriter, key: string, value: Json | object): void {
  out.ascii(key);
  writeJson(out, value);
  out.ascii(",");
}

function behind(out: ByteWriter, key: string, value: Json | object): void {
  out.ascii(key);
  writeJson(out, value);
}

interface Head {
  label: string;
  kind: string;
  field: DataView;
  type: DataView;
}

/** Field, label and type as JSON, remembered by field: nearly every row of a page changes the same ones. */
export class ChangeHeads {
  readonly #known = new Map<string, Head>();

  of({ field: name, label, type: kind }: Change): Head {
    const known = this.#known.get(name);
    if (known !== undefined && known.label === label && known.kind === kind) return known;
    const field = viewOf(Buffer.from(`"field":${quote(name)},"label":${quote(label)}`));
    const made = { label, kind, field, type: viewOf(Buffer.from(`,"type":${quote(kind)}}`)) };
    this.#known.set(name, made);
    return made;
  }
}
