import { EMPTY, type Normal, normalBoolean, normalDate, normalNumber, normalText } from "../proof/normal.ts";
import { decode, tokens, XmlError } from "./xml.ts";

/** A row as it lies in the file: its number, and its cells in normal form. */
export interface ReadRow {
  number: number;
  cells: Normal[];
}

/** What a sheet's cells refer to. */
export interface CellContext {
  /** the text with this number, in normal form */
  shared(index: number): Normal;
  isDate(style: number): boolean;
  /** days between this workbook's epoch and 1899-12-30 */
  epoch: number;
}

/** A cell as nearly every program writes it; anything else is read by its tokens, ten times slower. */
const CELL =
  /<c r="([A-Z]{1,3})(\d+)"(?: s="(\d+)")?(?: t="(s|n|b|inlineStr)")?(?:\/>|>(?:<v>([^<]*)<\/v>|<is><t(?: xml:space="preserve")?>([^<]*)<\/t><\/is>)?<\/c>)/y;

/** The cells of one row; `xml`: what stands between its tags. Throws XmlError. */
export function readCells(xml: string, number: number, prefix: string, context: CellContext): ReadRow {
  const cells: Normal[] = [];
  let at = prefix === "" ? 0 : -1;
  while (at >= 0 && at < xml.length) {
    CELL.lastIndex = at;
    const found = CELL.exec(xml);
    if (found === null) {
      at = -1;
      break;
    }
    const [, column, row, style, type, value, text] = found;
    if (Number(row) !== number) throw new XmlError(`row ${number} holds a cell of row ${row}`);
    if (value !== undefined || text !== undefined)
      put(cells, columnIndex(column!), plainCell(type, Number(style ?? 0), value, text, context), number);
    at = CELL.lastIndex;
  }
  if (at < 0) {
    cells.length = 0;
    readByTokens(xml, number, prefix, context, cells);
  }
  while (cells.at(-1) === EMPTY) cells.pop();
  return { number, cells };
}

function put(cells: Normal[], column: number, normal: Normal, row: number): void {
  if (column < cells.length) throw new XmlError(`the cells of row ${row} stand in the wrong order`);
  while (cells.length < column) cells.push(EMPTY);
  cells.push(normal);
}

function columnIndex(letters: string): number {
  let index = 0;
  for (let i = 0; i < letters.length; i++) index = index * 26 + letters.charCodeAt(i) - 64;
  return index - 1;
}

function plainCell(
  type: string | undefined,
  style: number,
  value: string | undefined,
  text: string | undefined,
  context: CellContext,
): Normal {
  if (type === "s") return context.shared(Number(value));
  if (type === "inlineStr") return text === undefined ? EMPTY : normalText(decode(text));
  if (value === undefined || value === "") return EMPTY;
  if (type === "b") return normalBoolean(value === "1" || value === "true");
  return numberCell(Number(value), style, context);
}

function numberCell(value: number, style: number, { isDate, epoch }: CellContext): Normal {
  return isDate(style) ? normalDate(value + epoch) : normalNumber(value);
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string;
  text: string;
  formula: string | undefined;
}

/** Any legal XML of cells: prefixes, rich texts, formulas. An element that has no place there is refused. */
function readByTokens(xml: string, number: number, prefix: string, context: CellContext, cells: Normal[]): void {
  let cell: OpenCell | undefined;
  const open: string[] = [];
  for (const token of tokens(xml)) {
    if (token.type === "text") {
      if (cell !== undefined) take(cell, open.join("/"), token.text);
      continue;
    }
    const name = token.name.startsWith(prefix) ? token.name.slice(prefix.length) : `${token.name}?`;
    if (token.type === "close") {
      if (open.pop() !== name) throw new XmlError(`the XML of row ${number} is not closed in order`);
      if (open.length === 0) put(cells, cell!.column, closedCell(cell!, context), number);
      continue;
    }
    if (Object.keys(token.attributes).some((key) => key.startsWith("xmlns")))
      throw new XmlError(`row ${number} brings a name space of its own`);
    if (open.length === 0) {
      if (name !== "c") throw new XmlError(`row ${number} holds the element ${token.name}`);
      cell = begin(token.attributes, number, cells.length);
      if (token.isEmpty) put(cells, cell.column, EMPTY, number);
    }
    if (!token.isEmpty) open.push(name);
  }
  if (open.length > 0) throw new XmlError(`the XML of row ${number} is not closed`);
}

function begin({ r, t, s }: Record<string, string>, number: number, next: number): OpenCell {
  const found = /^([A-Z]{1,3})(\d+)$/.exec(r ?? "");
  if (r !== undefined && (found === null || Number(found[2]) !== number))
    throw new XmlError(`row ${number} holds a cell of another row`);
  const column = found === null ? next : columnIndex(found[1]!);
  return { column, type: t ?? "n", style: Number(s ?? 0), value: "", text: "", formula: undefined };
}

function take(cell: OpenCell, path: string, text: string): void {
  if (path === "c/v") cell.value += text;
  else if (path === "c/is/t" || path === "c/is/r/t") cell.text += text;
  else if (path === "c/f") cell.formula = (cell.formula ?? "") + text;
  else if (path.startsWith("c/is/rPh/") || /^\s*$/.test(text)) return;
  else throw new XmlError(`a cell holds the element ${path}`);
}

function closedCell(cell: OpenCell, context: CellContext): Normal {
  const { type, style, value, text, formula } = cell;
  // a formula has no place here: what it shows is not what was recorded
  if (formula !== undefined) return normalText(`=${formula}`);
  if (type === "inlineStr") return normalText(text);
  if (type === "str" || type === "e") return normalText(value);
  if (type === "d") return value === "" ? EMPTY : `d${Date.parse(`${value.replace(/Z?$/, "")}Z`)}`;
  return plainCell(type, style, value, undefined, context);
}
