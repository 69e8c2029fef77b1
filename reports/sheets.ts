import type { Look } from "./look.ts";
import { cellMarks, type ManifestSheet, RowsDigest } from "./proof/forms.ts";
import { EMPTY, type Normal, normalBoolean, normalDate, normalNumber, normalText } from "./proof/normal.ts";
import type { CellValue, EventTable, Table, TableColumn } from "./table.ts";
import { type Cell, MOST_ROWS, type SheetOptions, type SheetWriter, type WorkbookWriter } from "./xlsx/index.ts";

/** Rows above the first data row of a table: title, what it is, headings. */
export const TABLE_HEAD = 3;
export const FIRST_ROW = TABLE_HEAD + 1;

export interface PageText {
  header: string;
  footer: string;
}

/** A column's heading; times name their zone. */
export function headingOf(column: TableColumn, zone: string): string {
  return column.kind === "time" ? `${column.title} (${zone})` : column.title;
}

/** The look of a table's head, and how its columns are laid out. */
function tableOptions(columns: TableColumn[], look: Look, page: PageText): SheetOptions {
  return {
    columns: columns.map((column) => ({
      width: column.width,
      style: look.of(column.kind),
      shared: !["hash", "wrap", "time", "utc"].includes(column.kind),
    })),
    frozenRows: TABLE_HEAD,
    frozenColumns: 1,
    filterRow: TABLE_HEAD,
    landscape: true,
    // fifteen columns on A4 would be four points high
    paper: "A3",
    tabColor: look.theme.accent,
    ...page,
  };
}

/** A sheet that rows can be put on, sealed or not. */
type RowTaker = { row(cells: readonly Cell[], options?: { height?: number; band?: boolean }): unknown };

function writeHead(sheet: RowTaker, table: Table, columns: TableColumn[], look: Look): void {
  const { theme } = look;
  const title = look.style({
    bold: true,
    size: 14,
    color: theme.primary === "FFFFFF" ? theme.ink : theme.primary,
    vertical: "center",
  });
  const about = look.style({ size: 9, color: theme.muted, vertical: "center" });
  const link = look.style({ size: 9, color: theme.link, underline: true, align: "left", vertical: "center" });
  const head = look.style({
    bold: true,
    size: 9,
    color: theme.onPrimary,
    fill: theme.primary,
    wrap: true,
    vertical: "center",
    border: { bottom: theme.accent, top: theme.accent, weight: theme.patterned ? "medium" : "thin" },
  });
  sheet.row([{ value: table.title, style: title }], { height: 26 });
  sheet.row(
    [
      { value: "← Cover", style: link, link: "#Cover!A1" },
      { value: table.about, style: about },
    ],
    { height: 18 },
  );
  sheet.row(
    columns.map((column) => ({ value: headingOf(column, look.zone.name), style: head })),
    { height: 30 },
  );
}

/** The rows of one table over as many sheets as they need. */
export class TableSheet {
  readonly table: EventTable;
  readonly columns: TableColumn[];
  readonly #kept: number[];
  readonly #book: WorkbookWriter;
  readonly #look: Look;
  readonly #page: PageText;
  readonly #mostRows: number;
  readonly sheets: SheetWriter[] = [];
  rows = 0;

  /** `without`: columns that say the same in every row of this report */
  constructor(
    book: WorkbookWriter,
    table: EventTable,
    look: Look,
    page: PageText,
    { without, mostRows = MOST_ROWS }: { without: string[]; mostRows?: number | undefined },
  ) {
    this.#mostRows = mostRows;
    this.#book = book;
    this.#look = look;
    this.#page = page;
    this.table = table;
    this.#kept = table.columns.flatMap((column, i) => (without.includes(column.id) ? [] : [i]));
    this.columns = this.#kept.map((i) => table.columns[i]!);
    this.#begin();
  }

  write(values: CellValue[], band: boolean): void {
    if (this.#sheet.rows >= this.#mostRows) this.#begin();
    const cells: Cell[] = this.#kept.map((at, i) => this.#look.cell(values[at], this.columns[i]!.kind));
    const height = this.#look.height(cells, this.columns);
    this.#sheet.row(cells, height === undefined ? { band } : { band, height });
    this.rows++;
  }

  /** After the last row: an empty table says that it is empty. */
  finish(): void {
    if (this.rows > 0) return;
    const style = this.#look.style({ italic: true, size: 10, color: this.#look.theme.muted });
    this.#sheet.row([{ value: this.table.empty, style }], { height: 24 });
  }

  async drain(): Promise<void> {
    await this.#sheet.drain();
  }

  get #sheet(): SheetWriter {
    return this.sheets.at(-1)!;
  }
  #begin(): void {
    const sheet = this.#book.addSheet(this.table.title, tableOptions(this.columns, this.#look, this.#page));
    writeHead(sheet, this.table, this.columns, this.#look);
    this.sheets.push(sheet);
  }
}

/** A sheet whose cells no event proves (cover, summary, policies): each row is noted, and the whole is signed. */
export class SealedSheet {
  readonly sheet: SheetWriter;
  readonly #look: Look;
  readonly #digest = new RowsDigest();
  readonly marks: { row: number; marks: string }[] = [];

  constructor(sheet: SheetWriter, look: Look) {
    this.sheet = sheet;
    this.#look = look;
  }

  row(cells: readonly Cell[] = [], options: { height?: number; band?: boolean } = {}): number {
    this.sheet.row(cells, options);
    const normals = cells.map((cell, i) => this.#normal(cell, i));
    while (normals.at(-1) === EMPTY) normals.pop();
    if (normals.length > 0) {
      this.#digest.add(this.sheet.rows, normals);
      this.marks.push({ row: this.sheet.rows, marks: cellMarks(normals) });
    }
    return this.sheet.rows;
  }

  end(): ManifestSheet {
    return { name: this.sheet.name, rows: this.marks.length, digest: this.#digest.end() };
  }

  #normal(cell: Cell, column: number): Normal {
    const styled = typeof cell === "object" && cell !== null;
    const value = styled ? cell.value : cell;
    const style = styled ? cell.style : this.sheet.options.columns[column]!.style;
    if (typeof value === "string") return normalText(value);
    if (typeof value === "number") return this.#look.isDate(style) ? normalDate(value) : normalNumber(value);
    return typeof value === "boolean" ? normalBoolean(value) : EMPTY;
  }
}

/** A table of rows that are known already, as a sealed sheet. */
export function fixedSheet(
  book: WorkbookWriter,
  table: Table & { rows: CellValue[][] },
  look: Look,
  page: PageText,
): SealedSheet {
  const sheet = book.addSheet(table.title, tableOptions(table.columns, look, page));
  const sealed = new SealedSheet(sheet, look);
  writeHead(sealed, table, table.columns, look);
  for (const [i, row] of table.rows.entries()) {
    const cells = table.columns.map(({ kind }, at) => look.cell(row[at], kind));
    const height = look.height(cells, table.columns);
    sealed.row(cells, { band: i % 2 === 1, ...(height === undefined ? {} : { height }) });
  }
  if (table.rows.length === 0)
    sealed.row([{ value: table.empty, style: look.style({ italic: true, size: 10, color: look.theme.muted }) }]);
  return sealed;
}
