import type { Json } from "../../odoo_addon_client/protocol.ts";
import type { ByteWriter } from "./bytes.ts";
import { decimal, quote, sortedKeys } from "./canonical.ts";

/*
 * Canonical JSON (canonical.ts) straight into bytes: as strings that are joined and encoded, the 15
 * values of a row took 7 µs. A property test holds the two together.
 */

/** longer texts are encoded by native code */
const SHORT = 64;

export function writeJson(out: ByteWriter, value: Json | object | undefined): void {
  if (typeof value === "string") writeQuoted(out, value);
  else if (typeof value === "number") out.ascii(decimal(value));
  else if (typeof value !== "object" || value === null) out.ascii(value ? "true" : value === false ? "false" : "null");
  else if (Array.isArray(value)) writeArray(out, value);
  else writeObject(out, value as { [key: string]: Json | undefined });
}

function writeObject(out: ByteWriter, value: { [key: string]: Json | undefined }): void {
  let next = "{";
  for (const key of sortedKeys(value)) {
    if (value[key] === undefined) continue;
    out.ascii(next);
    writeQuoted(out, key);
    out.ascii(":");
    writeJson(out, value[key]);
    next = ",";
  }
  out.ascii(next === "{" ? "{}" : "}");
}

function writeArray(out: ByteWriter, items: Json[]): void {
  out.ascii("[");
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out.ascii(",");
    writeJson(out, items[i]);
  }
  out.ascii("]");
}

/** A JSON string. Most are short, and plain ASCII without anything to escape. */
export function writeQuoted(out: ByteWriter, text: string): void {
  if (text.length > SHORT || !writePlain(out, text)) out.text(quote(text));
}

function writePlain(out: ByteWriter, text: string): boolean {
  out.room(text.length + 2);
  const { bytes, end } = out;
  bytes[end] = 0x22;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
    bytes[end + 1 + i] = code;
  }
  bytes[end + 1 + text.length] = 0x22;
  out.end = end + text.length + 2;
  return true;
}
