import type { Json } from "../../odoo_addon_client/protocol.ts";

/*
 * Canonical JSON (docs/chain.md): keys in code point order, no white space, strings as JSON.stringify writes them,
 * numbers as plain decimals without exponent, nothing for a missing value.
 */

/** The canonical text of a value; members that are undefined are left out. */
export function canonical(value: Json | object | undefined): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return decimal(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return String(value);
  }
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++) text += i === 0 ? canonical(value[i]) : `,${canonical(value[i])}`;
    return `${text}]`;
  }
  let text = "{";
  for (const key of sortedKeys(value)) {
    const member = (value as Record<string, Json | undefined>)[key];
    if (member === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${quote(key)}:${canonical(member)}`;
  }
  return `${text}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what this is about
const NUL = /\u0000/g;

/** PostgreSQL's text holds neither NUL nor half a surrogate pair: they become U+2400 and U+FFFD, before anything is hashed. */
export function clean(text: string): string {
  const formed = text.isWellFormed() ? text : text.toWellFormed();
  return formed.includes("\0") ? formed.replace(NUL, "\u2400") : formed;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const ESCAPES = /["\\\u0000-\u001f]/;

/** A canonical JSON string. Most texts need no escape, and to find out costs half of JSON.stringify. */
export function quote(text: string): string {
  return ESCAPES.test(text) || !text.isWellFormed() ? JSON.stringify(clean(text)) : `"${text}"`;
}

/** 1e21 → "1000000000000000000000", 1e-7 → "0.0000001", -0 → "0". */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no JSON number.`);
  const text = String(value);
  const at = text.indexOf("e");
  if (at < 0) return Object.is(value, -0) ? "0" : text;
  const exponent = Number(text.slice(at + 1));
  const negative = text.startsWith("-");
  const [whole = "", fraction = ""] = text.slice(negative ? 1 : 0, at).split(".");
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const plain =
    point <= 0
      ? `0.${"0".repeat(-point)}${digits}`
      : digits.padEnd(point, "0") + (point < digits.length ? `.${digits.slice(point)}` : "");
  return negative ? `-${plain}` : plain;
}

/** The keys of an object in code point order. */
export function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  // nearly all objects have few keys, sorted already: to see that costs a tenth of sorting
  let sorted = true;
  for (let i = 0; i < keys.length; i++) {
    if (!isAscii(keys[i]!)) return keys.sort(byCodePoint);
    if (i > 0 && keys[i]! < keys[i - 1]!) sorted = false;
  }
  return sorted ? keys : keys.sort();
}

/** UTF-16 order is code point order until a surrogate meets U+E000–U+FFFF; below, it is safe. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
