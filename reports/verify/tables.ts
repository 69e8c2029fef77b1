import { expectedCell } from "../proof/expected.ts";
import type { Manifest, ManifestTable } from "../proof/forms.ts";
import { type Normal, normalText, showNormal } from "../proof/normal.ts";
import { eventOf, takesFrom } from "../read-events.ts";
import type { ReadRow, WorkbookReader } from "../reader/index.ts";
import { findWorkbook } from "../registry.ts";
import { headingOf } from "../sheets.ts";
import type { EventTable, TableColumn } from "../table.ts";
import { columnName, Zone } from "../xlsx/index.ts";
import { compareRows, type FoundRow } from "./compare.ts";
import { type EvidenceCheck, evidenceAgain, type ProvenEvent } from "./evidence.ts";
import { RowSums } from "./row-sums.ts";
import type { CheckedSegments } from "./segments.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** Rows that are looked at one by one together, when they are not what they should be. */
const ROWS_AT_ONCE = 50_000;

interface Desk {
  book: WorkbookReader;
  manifest: Manifest;
  evidence: EvidenceCheck;
  segments: CheckedSegments;
  problem(one: WorkbookProblem): void;
  /** enough was told */
  isEnough(): boolean;
}

/**
 * Makes every row again from its proven event, and compares. Rows are found by their event's seq, not by their place:
 * whoever sorts a sheet alters nothing. In bounded memory: first only sums over hashes of rows, in 4,096 drawers by seq;
 * then the rows of those drawers that differ, one by one, to name the cell. Answers how many rows were compared.
 */
export async function checkTables(desk: Desk): Promise<number> {
  const { book, manifest, evidence, problem } = desk;
  const zone = new Zone(manifest.time_zone);
  const workbook = findWorkbook(manifest.report);
  const works: TableCheck[] = [];
  for (const written of manifest.tables) {
    const table = workbook.tables.find(({ id }) => id === written.id);
    if (table === undefined)
      problem({
        reason: `this Vigil does not know the table "${written.id}": use the version ${manifest.vigil_version} that made the workbook`,
      });
    else works.push(new TableCheck(desk, written, table, zone));
  }
  for await (const event of evidence.events(book)) for (const work of works) work.expect(event);
  for (const work of works) await work.meet();
  for (const work of works) await work.lookCloser();
  return works.reduce((sum, work) => sum + work.rows, 0);
}

class TableCheck {
  rows = 0;
  readonly #desk: Desk;
  readonly #written: ManifestTable;
  readonly #table: EventTable;
  readonly #zone: Zone;
  readonly #places: number[];
  readonly #columns: TableColumn[];
  readonly #headings: string[];
  readonly #seqAt: number;
  readonly #instanceAt: number;
  readonly #sums: RowSums;

  constructor(desk: Desk, written: ManifestTable, table: EventTable, zone: Zone) {
    this.#desk = desk;
    this.#written = written;
    this.#table = table;
    this.#zone = zone;
    this.#places = written.columns.map((id) => table.columns.findIndex((column) => column.id === id));
    this.#columns = this.#places.map((at) => table.columns[at]!);
    this.#headings = this.#columns.map((column) => headingOf(column, zone.name));
    this.#seqAt = written.columns.indexOf("seq");
    this.#instanceAt = written.columns.indexOf("instance");
    this.#sums = new RowSums(this.#columns.map(({ kind }) => kind === "time" || kind === "utc" || kind === "duration"));
  }

  expect(proven: ProvenEvent): void {
    for (const row of this.#rowsOf(proven)) {
      this.#sums.add(proven.record.seq, row, 1);
      this.rows++;
    }
  }

  /** The rows that are there, against those that should be. */
  async meet(): Promise<void> {
    for await (const row of this.#foundRows(true)) this.#sums.add(this.#seqOf(row), row.cells, -1);
  }

  /** Names what is wrong in the drawers that differ. */
  async lookCloser(): Promise<void> {
    for (const drawers of this.#sums.differing(ROWS_AT_ONCE)) {
      if (this.#desk.isEnough()) return;
      await this.#tell((seq) => drawers.has(this.#sums.drawerOf(seq)));
    }
  }

  async #tell(wants: (seq: number) => boolean): Promise<void> {
    const { book, manifest, segments, problem } = this.#desk;
    const found = new Map<string, FoundRow[]>();
    for await (const row of this.#foundRows(false)) {
      if (!wants(this.#seqOf(row))) continue;
      const instance = this.#instanceAt < 0 ? "" : (row.cells[this.#instanceAt] ?? "");
      const key = `${instance}/${row.cells[this.#seqAt] ?? ""}`;
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
    }
    const about = { title: this.#table.title, sheet: this.#written.sheets[0]!, headings: this.#headings, problem };
    for await (const proven of evidenceAgain(book, segments, wants)) {
      const expected = this.#rowsOf(proven);
      const instance = this.#instanceAt < 0 ? "" : normalText(manifest.instances[proven.instance]!.name);
      const key = `${instance}/n${proven.record.seq}`;
      if (expected.length > 0) {
        compareRows(expected, found.get(key) ?? [], proven.record.seq, about);
        found.delete(key);
      }
    }
    for (const row of [...found.values()].flat())
      problem({
        sheet: row.sheet,
        cell: `${columnName(Math.max(this.#seqAt, 0))}${row.number}`,
        reason: `row ${row.number} of "${row.sheet}" belongs to no event of this workbook: it was put in, or its seq was altered`,
      });
  }

  #rowsOf({ instance, record }: ProvenEvent): Normal[][] {
    const event = eventOf(record, this.#desk.manifest.instances[instance]!.name);
    if (!takesFrom(this.#table, event)) return [];
    return this.#table
      .rows(event)
      .map((row) => this.#places.map((at, i) => expectedCell(row[at], this.#columns[i]!.kind, this.#zone)));
  }

  #seqOf({ cells }: ReadRow): number {
    const cell = cells[this.#seqAt] ?? "";
    return cell[0] === "n" ? Number(cell.slice(1)) : 0;
  }

  /** Data rows of all its sheets. `isFirst`: tells of sheets and headings that are not as they were. */
  async *#foundRows(isFirst: boolean): AsyncGenerator<FoundRow> {
    const { book, problem } = this.#desk;
    const { sheets, first_row, rows: count } = this.#written;
    for (const sheet of sheets) {
      if (!book.has(sheet)) {
        if (isFirst) problem({ sheet, reason: `the sheet "${sheet}" was taken out` });
        continue;
      }
      const head = new Map<number, Normal[]>();
      for await (const rows of book.rows(sheet))
        for (const row of rows) {
          if (row.number < first_row) head.set(row.number, row.cells);
          else if (count > 0 || row.cells.length > 1 || row.cells[0] !== normalText(this.#table.empty))
            yield { ...row, sheet };
        }
      if (isFirst) this.#checkHead(sheet, head);
    }
  }

  /** Title, what it is about, headings. */
  #checkHead(sheet: string, head: Map<number, Normal[]>): void {
    const { first_row } = this.#written;
    const expected: [row: number, column: number, text: string][] = [
      [first_row - 3, 0, this.#table.title],
      [first_row - 2, 1, this.#table.about],
      ...this.#headings.map((heading, i): [number, number, string] => [first_row - 1, i, heading]),
    ];
    for (const [row, column, text] of expected) {
      const [is, was] = [head.get(row)?.[column] ?? "", normalText(text)];
      if (is === was) continue;
      const cell = `${columnName(column)}${row}`;
      this.#desk.problem({
        sheet,
        cell,
        found: showNormal(is),
        expected: showNormal(was),
        reason: `"${sheet}" ${cell}: the heading was altered, it was ${showNormal(was)}`,
      });
    }
  }
}
