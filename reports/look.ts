import type { CellValue, ColumnKind } from "./table.ts";
import type { Theme } from "./theme.ts";
import { type Cell, isDatable, type Plain, type Style, type StyleBook, serialOf, type Zone } from "./xlsx/index.ts";

export const FONT = "Arial";
export const TIME_FORMAT = "yyyy-mm-dd hh:mm:ss";
const DAY_FORMAT = "yyyy-mm-dd";
const SECONDS_A_DAY = 86_400;
const MOST_LINES = 12;
const LINE_POINTS = 12;
/** a column's unit is a digit of ten points; a table's words take less */
const LETTERS_A_UNIT = 1.15;

const LOUD = /^(critical|high|failed|refused|denied|blocked|terminated|deleted|broken)$/;
const CAREFUL = /^(medium|expired|warning|held)$/;

/** The theme as styles, and values as cells in it. */
export class Look {
  readonly theme: Theme;
  readonly zone: Zone;
  readonly #book: StyleBook;
  readonly #money = new Map<string, number>();
  readonly #kinds: Record<ColumnKind, number>;
  readonly #day: number;
  readonly #number: number;
  readonly #loud: number;
  readonly #careful: number;
  readonly #dates = new Set<number>();

  constructor(book: StyleBook, theme: Theme, zone: Zone) {
    this.#book = book;
    this.theme = theme;
    this.zone = zone;
    const time = this.#body({ format: TIME_FORMAT, align: "left" });
    const duration = this.#body({ format: "[h]:mm:ss", align: "right", indent: 1 });
    this.#day = this.#body({ format: DAY_FORMAT, align: "left" });
    this.#number = this.#body({ align: "right", indent: 1 });
    this.#loud = this.#body({ bold: true, color: theme.bad });
    this.#careful = this.#body({ bold: true, color: theme.warn });
    this.#kinds = {
      time,
      utc: this.#body({ format: TIME_FORMAT, align: "left", color: theme.muted }),
      // left: a name in Arabic would stand at the right, beside the next column's
      text: this.#body({ wrap: true, align: "left" }),
      wrap: this.#body({ wrap: true }),
      value: this.#body({ wrap: true, align: "left" }),
      code: this.#body({ mono: true, size: 8, wrap: true, align: "left", indent: 1 }),
      hash: this.#body({ mono: true, size: 8, color: theme.muted, align: "fill" }),
      integer: this.#body({ format: "0", align: "right", indent: 1 }),
      decimal: this.#body({ format: "#,##0.##", align: "right", indent: 1 }),
      duration,
    };
    for (const id of [time, this.#kinds.utc, this.#day, duration]) this.#dates.add(id);
  }

  #body(style: Style): number {
    const { line, band, ink } = this.theme;
    const border = { bottom: line, weight: "hair" as const };
    return this.#book.id({
      size: 9,
      color: ink,
      vertical: "top",
      border,
      ...(band === "FFFFFF" ? {} : { band }),
      ...style,
    });
  }

  style(style: Style): number {
    const id = this.#book.id(style);
    if (style.format !== undefined && /y|h:/.test(style.format)) this.#dates.add(id);
    return id;
  }

  of(kind: ColumnKind): number {
    return this.#kinds[kind];
  }

  /** Numbers of this style are serial numbers of dates. */
  isDate(style: number): boolean {
    return this.#dates.has(style);
  }

  /** A value as a cell of a column. */
  cell(value: CellValue, kind: ColumnKind): Cell {
    if (value === null || value === undefined) return null;
    if (typeof value === "string") {
      if (kind !== "text") return value;
      if (LOUD.test(value)) return { value, style: this.#loud };
      return CAREFUL.test(value) ? { value, style: this.#careful } : value;
    }
    if (typeof value === "number") {
      if (kind === "duration") return value / SECONDS_A_DAY;
      return kind === "value" ? { value, style: this.#number } : value;
    }
    if (typeof value === "boolean") return yesOrNo(value);
    if ("currency" in value) return { value: value.amount, style: this.#currency(value.currency) };
    if ("day" in value) return dated(Date.parse(`${value.day}T00:00:00Z`), value.day, this.#day, serialOf);
    const { moment } = value;
    if (kind === "utc") return dated(moment, undefined, this.#kinds.utc, serialOf);
    return dated(moment, undefined, this.#kinds.time, (ms) => this.zone.serial(ms));
  }

  #currency(currency: string): number {
    let style = this.#money.get(currency);
    if (style === undefined) {
      const unit = currency.replace(/["\\]/g, "");
      style = this.#body({ format: unit === "" ? "#,##0.00" : `#,##0.00 "${unit}"`, align: "right", indent: 1 });
      this.#money.set(currency, style);
    }
    return style;
  }

  /**
   * Points of a row whose texts need more than one line; undefined: one line. Said rather than left to the reader:
   * LibreOffice does not look, and a field of thirty pages must not make a row of thirty pages.
   */
  height(cells: readonly Cell[], columns: readonly { kind: ColumnKind; width: number }[]): number | undefined {
    let lines = 1;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      const value = typeof cell === "object" && cell !== null ? cell.value : cell;
      if (typeof value !== "string") continue;
      const { kind, width } = columns[i]!;
      const letters = width * LETTERS_A_UNIT;
      if (kind !== "hash" && (value.length > letters || value.includes("\n")))
        lines = Math.max(lines, linesOf(value, letters));
    }
    return lines === 1 ? undefined : Math.min(lines, MOST_LINES) * LINE_POINTS + 4;
  }
}

/** In words: spreadsheets make formulas of TRUE when they save, and print it as 1. */
export function yesOrNo(value: boolean): string {
  return value ? "yes" : "no";
}

/** Lines that a text takes in a column, as far as can be told without its font; counted up to MOST_LINES. */
export function linesOf(text: string, width: number): number {
  let lines = 0;
  for (const line of text.slice(0, width * (MOST_LINES + 1)).split("\n")) {
    lines += Math.max(1, Math.ceil(line.length / width));
    if (lines >= MOST_LINES) break;
  }
  return lines;
}

/** Years that a spreadsheet has no numbers for stay text. */
function dated(ms: number, text: string | undefined, style: number, serial: (ms: number) => number): Cell {
  if (Number.isNaN(ms)) return text ?? null;
  return isDatable(ms) ? { value: serial(ms), style } : (text ?? new Date(ms).toISOString());
}

export type { Plain };
