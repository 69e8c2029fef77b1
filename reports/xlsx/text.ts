/* What Excel's XML can hold, and how the rest is shown. The exact text always lies in the evidence sheet. */

/** Excel's limit for a cell, in UTF-16 units. */
export const MOST_CHARACTERS = 32_767;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const ODD = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const NO_CHARACTER = /[\ufffe\uffff]/g;
const NEWLINES = /\r\n?/g;

/** Control characters as visible signs (U+2400…), line ends as \n, half a surrogate pair as U+FFFD. */
export function cleanText(text: string): string {
  if (!ODD.test(text)) return text;
  return text
    .toWellFormed()
    .replace(NEWLINES, "\n")
    .replace(CONTROL, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
    .replace(NO_CHARACTER, "\ufffd");
}

/** At most what a cell holds; a longer text is cut (never in the middle of a character) and says so at its end. */
export function cutText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const note = ` … [cut: ${text.length.toLocaleString("en-US")} characters, a cell holds 32,767]`;
  let end = MOST_CHARACTERS - note.length;
  if (/[\ud800-\udbff]/.test(text[end - 1]!)) end--;
  return text.slice(0, end) + note;
}

const SPECIAL = /[&<>"]|_x[0-9a-fA-F]{4}_/;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For attributes and elements. */
export function escapeXml(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!) : text;
}

/** A cell's text as XML: Excel reads `_x0041_` as "A", so a text that looks like that has its underscore escaped. */
export function cellText(text: string): string {
  const clean = cutText(cleanText(text));
  if (!SPECIAL.test(clean)) return clean;
  return escapeXml(clean.replace(/_(?=x[0-9a-fA-F]{4}_)/g, "_x005F_"));
}

/** It looks like an escape of Excel's, so it is written with one. */
export function isEscaped(text: string): boolean {
  return text.includes("_x") && /_x[0-9a-fA-F]{4}_/.test(text);
}

const EDGES = /^\s|\s$|\n|\s\s/;

/** `<t>` with its text; white space that XML readers may drop is kept. */
export function textElement(text: string): string {
  const xml = cellText(text);
  return EDGES.test(xml) ? `<t xml:space="preserve">${xml}</t>` : `<t>${xml}</t>`;
}
