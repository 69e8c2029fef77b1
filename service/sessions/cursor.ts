import { SessionError } from "./errors.ts";

/** A place in a list as opaque text. Keys of the list's order only: nothing in it is secret. */
export function writeCursor(place: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(Object.values(place))).toString("base64url");
}

/** Reads what `writeCursor` wrote, with the kinds its keys must have. Throws SessionError for anything else. */
export function readCursor<const K extends Record<string, "time" | "number" | "text">>(
  text: string | undefined,
  keys: K,
): { [P in keyof K]: K[P] extends "number" ? number : string } | undefined {
  if (text === undefined) return undefined;
  const names = Object.entries(keys);
  try {
    const values = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[];
    if (
      Array.isArray(values) &&
      values.length === names.length &&
      names.every(([, kind], i) => fits(kind, values[i]))
    ) {
      return Object.fromEntries(names.map(([name], i) => [name, values[i]])) as never;
    }
  } catch {
    // not JSON: said below
  }
  throw new SessionError("The cursor is not one of this list: begin again without it.");
}

function fits(kind: string, value: unknown): boolean {
  if (kind === "number") return Number.isSafeInteger(value);
  if (typeof value !== "string" || value.length > 200 || value.includes("\0")) return false;
  return kind !== "time" || (/^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/.test(value) && !Number.isNaN(Date.parse(value)));
}
