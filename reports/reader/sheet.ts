import { type CellContext, type ReadRow, readCells } from "./cells.ts";
import { elements, mainPrefix, tokens, XmlError } from "./xml.ts";

const SHEET_DATA = /<(?:[\w.-]+:)?sheetData\s*(\/?)>/;
const ROW_NUMBER = /\sr="(\d+)"/;

/** The rows of a sheet that have a value, some at a time, in ascending order. Throws XmlError. */
export async function* readRows(pieces: AsyncIterable<Buffer>, context: CellContext): AsyncGenerator<ReadRow[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let rows: RowSplitter | undefined;
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rows === undefined) {
      const head = SHEET_DATA.exec(rest);
      if (head === null) continue;
      rows = new RowSplitter(beginning(rest.slice(0, head.index + head[0].length)), context, head[1] === "/");
      rest = rest.slice(head.index + head[0].length);
    }
    const [found, left] = rows.split(rest);
    rest = left;
    if (found.length > 0) yield found;
  }
  if (rows === undefined || !rows.isOver) throw new XmlError("a sheet has no rows or ends too early");
}

/** Checks that `<sheetData>` stands where programs look for it, and not in a comment; answers the prefix of names. */
function beginning(head: string): string {
  let prefix: string | undefined;
  let last = "";
  for (const { path, attributes } of elements(head)) {
    prefix ??= mainPrefix(attributes);
    last = path;
  }
  if (last !== "worksheet/sheetData") throw new XmlError("a sheet's XML is not that of a worksheet");
  return prefix!;
}

class RowSplitter {
  readonly #prefix: string;
  readonly #context: CellContext;
  readonly #open: string;
  readonly #close: string;
  readonly #end: string;
  #last = 0;
  isOver: boolean;

  constructor(prefix: string, context: CellContext, isOver: boolean) {
    this.#prefix = prefix;
    this.#context = context;
    this.#open = `<${prefix}row`;
    this.#close = `</${prefix}row>`;
    this.#end = `</${prefix}sheetData>`;
    this.isOver = isOver;
  }

  /** The whole rows of a text, and what is left of it. */
  split(xml: string): [rows: ReadRow[], rest: string] {
    const rows: ReadRow[] = [];
    let at = 0;
    while (!this.isOver) {
      while (at < xml.length && xml.charCodeAt(at) <= 32) at++;
      if (xml.startsWith(this.#end, at)) {
        this.isOver = true;
        break;
      }
      // the longest of what may begin here is not there yet
      if (xml.length - at < this.#end.length) return [rows, xml.slice(at)];
      if (!xml.startsWith(this.#open, at)) throw new XmlError("a sheet holds something else than rows");
      const tagEnd = xml.indexOf(">", at);
      if (tagEnd < 0) return [rows, xml.slice(at)];
      const isEmpty = xml[tagEnd - 1] === "/";
      const end = isEmpty ? tagEnd + 1 : xml.indexOf(this.#close, tagEnd);
      if (end < 0) return [rows, xml.slice(at)];
      const number = this.#number(xml.slice(at, tagEnd + 1));
      if (!isEmpty) {
        const row = readCells(xml.slice(tagEnd + 1, end), number, this.#prefix, this.#context);
        if (row.cells.length > 0) rows.push(row);
      }
      at = isEmpty ? end : end + this.#close.length;
    }
    // what follows the rows says nothing about cells
    return [rows, ""];
  }

  #number(tag: string): number {
    let text = ROW_NUMBER.exec(tag)?.[1];
    if (tag.includes("xmlns") || tag.includes("'"))
      for (const token of tokens(tag))
        if (token.type === "open") {
          if (Object.keys(token.attributes).some((key) => key.startsWith("xmlns")))
            throw new XmlError("a row brings a name space of its own");
          text = token.attributes.r;
        }
    const number = text === undefined ? this.#last + 1 : Number(text);
    if (!(number > this.#last)) throw new XmlError(`row ${text} stands after row ${this.#last}`);
    this.#last = number;
    return number;
  }
}
