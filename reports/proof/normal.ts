import { cleanText, cutText, msOf } from "../xlsx/index.ts";

/*
 * A cell's value as one text, the same when it was written and when it is read back: dates by the millisecond, because
 * readers round serial numbers; texts as a cell holds them.
 */

export type Normal = string;
export const EMPTY: Normal = "";

export function normalText(text: string): Normal {
  // some readers leave Excel's escape of "_x0041_" as it is
  const plain = text.includes("_x005F_") ? text.replace(/_x005F_(?=x[0-9a-fA-F]{4}_)/g, "_") : text;
  return plain === "" ? EMPTY : `s${cutText(cleanText(plain))}`;
}
export function normalNumber(value: number): Normal {
  return Number.isFinite(value) ? `n${value}` : EMPTY;
}
export function normalDate(serial: number): Normal {
  return `d${msOf(serial)}`;
}
export function normalBoolean(value: boolean): Normal {
  return value ? "b1" : "b0";
}

/** The same value: a date whose cell was given another format reads as a number. */
export function isSame(a: Normal, b: Normal): boolean {
  if (a === b) return true;
  if (a[0] === "n" && b[0] === "d") return normalDate(Number(a.slice(1))) === b;
  return a[0] === "d" && b[0] === "n" && normalDate(Number(b.slice(1))) === a;
}

/** How a message shows it. */
export function showNormal(normal: Normal): string {
  if (normal === EMPTY) return "(empty)";
  const body = normal.slice(1);
  if (normal[0] === "d")
    return new Date(Number(body))
      .toISOString()
      .replace("T", " ")
      .replace(/(\.000)?Z$/, "");
  if (normal[0] === "b") return body === "1" ? "TRUE" : "FALSE";
  const line = body.replaceAll("\n", " ⏎ ");
  return line.length > 80 ? `"${line.slice(0, 79)}…"` : normal[0] === "s" ? `"${line}"` : line;
}
