import { elements } from "./xml.ts";

/** Number formats that every program knows by number and that show dates or times. */
const BUILT_IN = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58]); // biome-ignore format: one glance

/** Styles of cells (their numbers) whose numbers are dates. */
export function dateStyles(xml: string): Set<number> {
  const formats = new Map<number, string>();
  const dates = new Set<number>();
  let style = 0;
  for (const { path, attributes } of elements(xml)) {
    if (path === "styleSheet/numFmts/numFmt") formats.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
    if (path !== "styleSheet/cellXfs/xf") continue;
    const id = Number(attributes.numFmtId ?? 0);
    const format = formats.get(id);
    if (format === undefined ? BUILT_IN.has(id) : isDateFormat(format)) dates.add(style);
    style++;
  }
  return dates;
}

/** It has letters of a date outside of quotes, escapes and brackets; `[h]` is a duration. */
function isDateFormat(format: string): boolean {
  const letters = format.replace(/"[^"]*"|\\.|_.|\*./g, "").replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "");
  return /[dmyhs]/i.test(letters.replace(/general/gi, ""));
}
