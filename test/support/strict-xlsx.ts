import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/*
 * A strict reader of the package, in the place of Excel's repair prompt: well-formed parts, each with a content type,
 * every relation leads somewhere and nothing is left over, elements in the order of ECMA-376, cells in order and unique,
 * styles and shared strings that exist.
 */

/** Order of a sheet's children (ECMA-376 part 1, CT_Worksheet). */
const WORKSHEET = ["sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "mergeCells", "conditionalFormatting", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "drawing"]; // biome-ignore format: one glance
const WORKBOOK = ["workbookPr", "bookViews", "sheets", "definedNames", "calcPr"];
const STYLES = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles"];

export interface Part {
  name: string;
  bytes: Buffer;
}

/** Entries of a zip by its central directory, each checked against its size. */
export function readZip(path: string): Part[] {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from("504b0506", "hex"));
  const parts: Part[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = zip.readUInt16LE(end + 10); i > 0; i--) {
    const [compressed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = inflateRawSync(zip.subarray(start, start + compressed));
    if (bytes.length !== size) throw new Error(`${name}: ${bytes.length} bytes, the directory says ${size}`);
    parts.push({ name, bytes });
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}

/** Every fault found; an empty list is what a reader wants. */
export function strictFaults(path: string): string[] {
  const parts = new Map(readZip(path).map(({ name, bytes }) => [name, bytes.toString("utf8")]));
  const faults: string[] = [];
  const types = parts.get("[Content_Types].xml") ?? "";
  const reached = new Set(["[Content_Types].xml", "_rels/.rels"]);
  for (const [name, text] of parts) {
    for (const fault of malformed(text)) if (!/\.(png|jpeg)$/.test(name)) faults.push(`${name}: ${fault}`);
    const extension = name.split(".").at(-1)!;
    if (
      !types.includes(`PartName="/${name}"`) &&
      !types.includes(`Extension="${extension}"`) &&
      name !== "[Content_Types].xml"
    )
      faults.push(`${name} has no content type`);
    if (name.endsWith(".rels")) {
      reached.add(name);
      const folder = name.replace(/_rels\/[^/]+$/, "");
      for (const [tag, target] of text.matchAll(/<Relationship [^>]*?Target="([^"]*)"[^>]*>/g)) {
        if (tag.includes('TargetMode="External"')) continue;
        const full = new URL(target!, `http://x/${folder}`).pathname.slice(1);
        reached.add(full);
        if (!parts.has(full)) faults.push(`${name} leads to ${full}, which is not there`);
      }
    }
  }
  for (const [tag] of types.matchAll(/PartName="\/([^"]+)"/g)) {
    const name = tag.slice(11, -1);
    if (!parts.has(name)) faults.push(`a content type is given for ${name}, which is not there`);
  }
  for (const name of parts.keys()) if (!reached.has(name)) faults.push(`nothing leads to ${name}`);
  const styles = parts.get("xl/styles.xml") ?? "";
  const looks = Number(/<cellXfs count="(\d+)"/.exec(styles)?.[1] ?? 0);
  const strings = Number(/uniqueCount="(\d+)"/.exec(parts.get("xl/sharedStrings.xml") ?? "")?.[1] ?? 0);
  faults.push(
    ...order("xl/workbook.xml", parts.get("xl/workbook.xml") ?? "", WORKBOOK),
    ...order("xl/styles.xml", styles, STYLES),
  );
  for (const [name, text] of parts)
    if (name.startsWith("xl/worksheets/sheet"))
      faults.push(...order(name, text, WORKSHEET), ...cellFaults(name, text, looks, strings));
  return faults;
}

/** Tags that close in another order than they open, and characters XML does not have. */
function* malformed(text: string): Generator<string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    yield "holds a character that XML does not have";
  const open: string[] = [];
  for (const [, close, name, , self] of text.matchAll(
    /<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (close) {
      const expected = open.pop();
      if (expected !== name) yield `closes ${name} where ${expected} is open`;
    } else if (!self) open.push(name!);
  }
  if (open.length > 0) yield `leaves ${open.join(", ")} open`;
  const loose = text.replace(/<\?[^>]*\?>/g, "").replace(/<\/?[A-Za-z_][^<>]*>/g, "");
  if (/[<]|&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.test(loose)) yield "holds an unescaped < or &";
}

function order(name: string, text: string, expected: string[]): string[] {
  const children: string[] = [];
  let depth = 0;
  for (const [, close, tag, self] of text.replace(/<\?[^>]*\?>/g, "").matchAll(/<(\/?)([\w:]+)(?:\s[^>]*?)?(\/?)>/g)) {
    if (close) depth--;
    else {
      if (depth === 1) children.push(tag!);
      if (!self) depth++;
    }
  }
  const places = children.map((child) => expected.indexOf(child));
  if (places.includes(-1)) return [`${name}: ${children[places.indexOf(-1)]} has no place there`];
  return places.every((place, i) => i === 0 || place >= places[i - 1]!)
    ? []
    : [`${name}: elements stand in the order ${children.join(", ")}`];
}

function* cellFaults(name: string, text: string, looks: number, strings: number): Generator<string> {
  let row = 0;
  let column = 0;
  for (const [, rowNumber, letters, cellRow, style, type, , index] of text.matchAll(
    /<row r="(\d+)"|<c r="([A-Z]+)(\d+)" s="(\d+)"(?: t="(\w+)")?(?:\/>|>(<v>(\d+)<\/v>)?)/g,
  )) {
    if (rowNumber !== undefined) {
      if (Number(rowNumber) <= row) yield `${name}: row ${rowNumber} after row ${row}`;
      row = Number(rowNumber);
      column = 0;
      continue;
    }
    const at = [...letters!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    if (Number(cellRow) !== row || at <= column) yield `${name}: cell ${letters}${cellRow} stands in the wrong place`;
    if (Number(style) >= looks) yield `${name}: ${letters}${cellRow} has style ${style} of ${looks}`;
    if (type === "s" && Number(index) >= strings)
      yield `${name}: ${letters}${cellRow} names shared string ${index} of ${strings}`;
    column = at;
  }
}
