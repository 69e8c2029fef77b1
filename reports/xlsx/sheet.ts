import type { Chart } from "./chart.ts";
import { columnName } from "./names.ts";
import type { SharedStrings } from "./shared-strings.ts";
import type { StyleBook } from "./styles.ts";
import { escapeXml, isEscaped, textElement } from "./text.ts";
import type { Spool } from "./zip.ts";

/** A value with a look of its own, or a link: `#Sheet!A1` inside the workbook, else an address. */
export interface Styled {
  value: Plain;
  style: number;
  link?: string;
}
export type Plain = string | number | boolean | null | undefined;
export type Cell = Plain | Styled;

export interface Column {
  /** in characters */
  width: number;
  /** of cells that bring no style of their own; not of the column, or its lines would run on below the last row */
  style: number;
  /** false for texts that never come twice (hashes): they need no look-up */
  shared?: boolean;
  hidden?: boolean;
}

export interface SheetOptions {
  columns: Column[];
  hidden?: boolean;
  /** rows above stay in sight, and are printed on every page */
  frozenRows?: number;
  frozenColumns?: number;
  /** row (from 1) that gets the filter buttons */
  filterRow?: number;
  landscape?: boolean;
  paper?: "A4" | "A3";
  rightToLeft?: boolean;
  tabColor?: string;
  gridLines?: boolean;
  zoom?: number;
  header?: string;
  footer?: string;
  /** the whole sheet on one page wide (default), or at its own size */
  fitToWidth?: boolean;
  /** all of it on one page */
  onePage?: boolean;
}

export interface Anchored {
  /** 0-based cell of the upper left corner and of the lower right one; 1.5 is the middle of the second column */
  from: [column: number, row: number];
  to: [column: number, row: number];
}
/** A picture keeps its own proportions, however wide a program makes the columns. */
export interface Placed {
  from: [column: number, row: number];
  /** pixels from that cell's corner */
  offset: [x: number, y: number];
  /** pixels */
  size: [width: number, height: number];
}
export interface Picture {
  bytes: Buffer;
  type: "png" | "jpeg";
  alt: string;
}

export const MOST_ROWS = 1_048_576;
/** Excel's limit; further cells keep their text without being links. */
const MOST_LINKS = 65_530;

/** One sheet, written from top to bottom. Rows are gone once written; only links and merges wait for the end. */
export class SheetWriter {
  readonly name: string;
  readonly options: SheetOptions;
  readonly spool: Spool;
  readonly #styles: StyleBook;
  readonly #shared: SharedStrings;
  readonly #letters: string[];
  readonly #merges: string[] = [];
  readonly #links: { ref: string; target: string }[] = [];
  readonly charts: { chart: Chart; at: Anchored }[] = [];
  readonly pictures: { picture: Picture; at: Placed }[] = [];
  /** rows after which a new page begins in print */
  readonly pageBreaks: number[] = [];
  rows = 0;

  constructor(name: string, options: SheetOptions, spool: Spool, styles: StyleBook, shared: SharedStrings) {
    this.name = name;
    this.options = options;
    this.spool = spool;
    this.#styles = styles;
    this.#shared = shared;
    this.#letters = options.columns.map((_, i) => columnName(i));
    spool.write(this.#head());
  }

  get isFull(): boolean {
    return this.rows >= MOST_ROWS;
  }

  /** One row; call `drain` after some of them. */
  row(cells: readonly Cell[], options: { height?: number; band?: boolean } = {}): void {
    if (this.isFull) throw new RangeError(`The sheet "${this.name}" is full: a sheet holds ${MOST_ROWS} rows.`);
    const row = ++this.rows;
    const { columns } = this.options;
    let xml =
      options.height === undefined ? `<row r="${row}">` : `<row r="${row}" ht="${options.height}" customHeight="1">`;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      if (cell === undefined) continue;
      const column = columns[i]!;
      let value: Plain;
      let style: number;
      if (typeof cell === "object" && cell !== null) {
        value = cell.value;
        style = cell.style;
        if (cell.link !== undefined && this.#links.length < MOST_LINKS)
          this.#links.push({ ref: `${this.#letters[i]}${row}`, target: cell.link });
      } else {
        value = cell;
        style = column.style;
      }
      if (options.band) style = this.#styles.banded(style);
      const open = `<c r="${this.#letters[i]}${row}" s="${style}"`;
      if (typeof value === "string") {
        const index = column.shared === false && !isEscaped(value) ? undefined : this.#shared.index(value);
        xml +=
          index === undefined
            ? `${open} t="inlineStr"><is>${textElement(value)}</is></c>`
            : `${open} t="s"><v>${index}</v></c>`;
      } else if (typeof value === "number") {
        xml += Number.isFinite(value) ? `${open}><v>${value}</v></c>` : `${open}/>`;
      } else if (typeof value === "boolean") {
        xml += `${open} t="b"><v>${value ? 1 : 0}</v></c>`;
      } else xml += `${open}/>`;
    }
    this.spool.write(`${xml}</row>`);
  }

  merge(fromColumn: number, toColumn: number, row = this.rows): void {
    this.#merges.push(`${columnName(fromColumn)}${row}:${columnName(toColumn)}${row}`);
  }

  async drain(): Promise<void> {
    if (this.spool.isFull) await this.spool.drain();
  }

  /** Writes what follows the rows. `drawing`: relation id of the sheet's drawing; answers the relations it needs. */
  async end(drawing: string | undefined): Promise<{ id: string; target: string }[]> {
    const { options } = this;
    const external: { id: string; target: string }[] = [];
    const last = this.#letters.at(-1) ?? "A";
    let xml = "</sheetData>";
    if (options.filterRow !== undefined)
      xml += `<autoFilter ref="A${options.filterRow}:${last}${Math.max(this.rows, options.filterRow)}"/>`;
    if (this.#merges.length > 0)
      xml += `<mergeCells count="${this.#merges.length}">${this.#merges.map((ref) => `<mergeCell ref="${ref}"/>`).join("")}</mergeCells>`;
    if (this.#links.length > 0) {
      xml += "<hyperlinks>";
      for (const { ref, target } of this.#links) {
        if (target.startsWith("#")) xml += `<hyperlink ref="${ref}" location="${escapeXml(target.slice(1))}"/>`;
        else {
          const id = `rLink${external.length + 1}`;
          external.push({ id, target });
          xml += `<hyperlink ref="${ref}" r:id="${id}"/>`;
        }
      }
      xml += "</hyperlinks>";
    }
    xml += `<pageMargins left="0.4" right="0.4" top="0.7" bottom="0.6" header="0.3" footer="0.3"/>`;
    const fit = options.fitToWidth === false ? "" : ` fitToWidth="1" fitToHeight="${options.onePage ? 1 : 0}"`;
    xml += `<pageSetup paperSize="${options.paper === "A3" ? 8 : 9}"${fit} orientation="${options.landscape ? "landscape" : "portrait"}"/>`;
    if (options.header || options.footer)
      xml += `<headerFooter>${options.header ? `<oddHeader>${escapeXml(options.header)}</oddHeader>` : ""}${options.footer ? `<oddFooter>${escapeXml(options.footer)}</oddFooter>` : ""}</headerFooter>`;
    if (this.pageBreaks.length > 0)
      xml += `<rowBreaks count="${this.pageBreaks.length}" manualBreakCount="${this.pageBreaks.length}">${this.pageBreaks.map((row) => `<brk id="${row}" max="16383" man="1"/>`).join("")}</rowBreaks>`;
    if (drawing !== undefined) xml += `<drawing r:id="${drawing}"/>`;
    this.spool.write(`${xml}</worksheet>`);
    await this.spool.end();
    return external;
  }

  #head(): string {
    const { columns, frozenRows = 0, frozenColumns = 0, ...options } = this.options;
    const tab = options.tabColor === undefined ? "" : `<tabColor rgb="FF${options.tabColor}"/>`;
    const fit = options.fitToWidth === false ? "" : '<pageSetUpPr fitToPage="1"/>';
    let pane = "";
    if (frozenRows > 0 || frozenColumns > 0) {
      const active = frozenRows > 0 ? (frozenColumns > 0 ? "bottomRight" : "bottomLeft") : "topRight";
      const corner = `${columnName(frozenColumns)}${frozenRows + 1}`;
      pane = `<pane${frozenColumns ? ` xSplit="${frozenColumns}"` : ""}${frozenRows ? ` ySplit="${frozenRows}"` : ""} topLeftCell="${corner}" activePane="${active}" state="frozen"/><selection pane="${active}" activeCell="${corner}" sqref="${corner}"/>`;
    }
    const view = `<sheetView${options.gridLines ? "" : ' showGridLines="0"'}${options.rightToLeft ? ' rightToLeft="1"' : ""}${options.zoom ? ` zoomScale="${options.zoom}" zoomScaleNormal="${options.zoom}"` : ""} workbookViewId="0"${pane ? `>${pane}</sheetView>` : "/>"}`;
    const widths = columns.map(
      (column, i) =>
        `<col min="${i + 1}" max="${i + 1}" width="${column.width}" customWidth="1"${column.hidden ? ' hidden="1"' : ""}/>`,
    );
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetPr>${tab}${fit}</sheetPr><sheetViews>${view}</sheetViews><sheetFormatPr defaultRowHeight="15"/>${widths.length ? `<cols>${widths.join("")}</cols>` : ""}<sheetData>`;
  }
}
