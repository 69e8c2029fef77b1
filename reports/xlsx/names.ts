const FORBIDDEN = /[[\]:*?/\\]/g;
const LONGEST = 31;

/** A legal sheet name that is not taken: at most 31 characters, none of `[]:*?/\`, no apostrophe at an end, not "History". */
export function sheetName(wanted: string, taken: Iterable<string>): string {
  const lower = new Set([...taken].map((name) => name.toLowerCase()));
  let base = wanted
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: not allowed in a name
    .replace(/[\u0000-\u001f\ufffe\uffff]/g, " ")
    .replace(FORBIDDEN, " ")
    .trim()
    .replace(/^'+|'+$/g, "")
    .trim();
  if (base === "" || base.toLowerCase() === "history") base = `Sheet ${base}`.trim();
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? "" : ` (${n})`;
    const name = cut(base, LONGEST - suffix.length) + suffix;
    if (!lower.has(name.toLowerCase())) return name;
  }
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 1]!) ? length - 1 : length;
  return text.slice(0, end).trim().replace(/'+$/, "");
}

/** 0 → "A", 25 → "Z", 26 → "AA". */
export function columnName(index: number): string {
  let name = "";
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name;
  return name;
}

/** How a formula names a sheet: 'It''s'!… */
export function quoteSheet(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
