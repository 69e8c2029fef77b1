import { cleanText, cutText, msOf } from "../xlsx/index.ts";

/*
 * A cell's value as one text, the same when it was written and when it is read back: dates by the millisecond, because
 * readers round serial numbers; texts as a cell holds them.
 */

export type Normal = string;
export const EMPTY: Normal = "";

export function normalText(text: string): Normal {
  return text === "" ? EMPTY : `s${cutText(cleanText(text))}`;
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
