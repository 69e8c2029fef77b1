import type { EventRecord } from "../../service/chain/record.ts";
import { expectedCell } from "../proof/expected.ts";
import type { Manifest, ManifestTable } from "../proof/forms.ts";
import { isSame, type Normal, normalText, showNormal } from "../proof/normal.ts";
import { eventOf, takesFrom } from "../read-events.ts";
import { findWorkbook } from "../registry.ts";
import { headingOf } from "../sheets.ts";
import type { EventTable } from "../table.ts";
import { columnName, Zone } from "../xlsx/index.ts";
import type { ProvenEvents } from "./evidence.ts";
import type { ReadRow, ReadWorkbook } from "./read-workbook.ts";
import type { WorkbookProblem } from "./verdict.ts";

interface FoundRow extends ReadRow {
  sheet: string;
}

/**
 * Makes every row again from its proven event, and compares. Rows are found by their event's seq, not by their place:
 * whoever sorts a sheet alters nothing. Answers how many rows were compared.
 */
export function checkTables(
  book: ReadWorkbook,
  manifest: Manifest,
  proven: ProvenEvents,
  problem: (one: WorkbookProblem) => void,
): number {
  const zone = new Zone(manifest.time_zone);
  const workbook = findWorkbook(manifest.report);
  let rows = 0;
  for (const written of manifest.tables) {
    const table = workbook.tables.find(({ id }) => id === written.id);
    if (table === undefined) {
      problem({
        reason: `this Vigil does not know the table "${written.id}": use the version ${manifest.vigil_version} that made the workbook`,
      });
      continue;
    }
    rows += checkTable({ book, manifest, written, table, zone, proven, problem });
  }
  return rows;
}

interface Work {
  book: ReadWorkbook;
  manifest: Manifest;
  written: ManifestTable;
  table: EventTable;
  zone: Zone;
  proven: ProvenEvents;
  problem(one: WorkbookProblem): void;
}

function checkTable(work: Work): number {
  const { book, manifest, written, table, zone, proven, problem } = work;
  const places = written.columns.map((id) => table.columns.findIndex((column) => column.id === id));
  const columns = places.map((at) => table.columns[at]!);
  const found = new Map<string, FoundRow[]>();
  const seqAt = written.columns.indexOf("seq");
  const instanceAt = written.columns.indexOf("instance");
  for (const name of written.sheets) {
    const sheet = book.sheets.get(name);
    if (sheet === undefined) {
      problem({ sheet: name, reason: `the sheet "${name}" was taken out` });
      continue;
    }
    checkHeadings(sheet, name, work);
    for (const row of sheet) {
      if (row.number < written.first_row) continue;
      if (written.rows === 0 && row.cells.length === 1 && row.cells[0] === normalText(table.empty)) continue;
      const instance = instanceAt < 0 ? "" : (row.cells[instanceAt] ?? "");
      const key = `${instance}/${row.cells[seqAt] ?? ""}`;
      found.set(key, [...(found.get(key) ?? []), { ...row, sheet: name }]);
    }
  }
  let expectedCount = 0;
  for (const [index, instance] of manifest.instances.entries()) {
    const records: Iterable<EventRecord> = proven.records.get(index)?.values() ?? [];
    for (const record of records) {
      const event = eventOf(record, instance.name);
      if (!takesFrom(table, event)) continue;
      const key = `${instanceAt < 0 ? "" : normalText(instance.name)}/n${record.seq}`;
      const expected = table
        .rows(event)
        .map((row) => places.map((at, i) => expectedCell(row[at], columns[i]!.kind, zone)));
      expectedCount += expected.length;
      compare(
        expected,
        found.get(key) ?? [],
        record.seq,
        work,
        columns.map((column) => headingOf(column, zone.name)),
      );
      found.delete(key);
    }
  }
  for (const strays of found.values())
    for (const row of strays)
      problem({
        sheet: row.sheet,
        cell: `${columnName(Math.max(seqAt, 0))}${row.number}`,
        reason: `row ${row.number} of "${row.sheet}" belongs to no event of this workbook: it was put in, or its seq was altered`,
      });
  return expectedCount;
}

/** Rows of one event: first those that are as they must be, then the others by the number of cells that agree. */
function compare(expected: Normal[][], rows: FoundRow[], seq: number, work: Work, headings: string[]): void {
  const left = [...rows];
  const agreeing = (want: Normal[], row: FoundRow): number =>
    want.reduce((sum, cell, i) => sum + (isSame(cell, row.cells[i] ?? "") ? 1 : 0), 0);
  const odd = expected.filter((want) => {
    const at = left.findIndex((row) => agreeing(want, row) === want.length);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  for (const want of odd) {
    const best = [...left].sort((a, b) => agreeing(want, b) - agreeing(want, a))[0];
    if (best === undefined) {
      const reason = `a row of event ${seq} is missing in "${work.table.title}"`;
      work.problem({ seq, sheet: work.written.sheets[0]!, reason });
      continue;
    }
    left.splice(left.indexOf(best), 1);
    tellCells(want, best, seq, work, headings);
  }
  for (const row of left) {
    const reason = `row ${row.number} of "${row.sheet}" stands there once more than event ${seq} has rows`;
    work.problem({ seq, sheet: row.sheet, cell: `A${row.number}`, reason });
  }
}

function tellCells(want: Normal[], row: FoundRow, seq: number, work: Work, headings: string[]): void {
  for (const [i, cell] of want.entries()) {
    const is = row.cells[i] ?? "";
    if (isSame(is, cell)) continue;
    const [found, expected] = [showNormal(is), showNormal(cell)];
    const place = `${columnName(i)}${row.number}`;
    const column = headings[i]!;
    const reason = `"${row.sheet}" ${place} (${column}) was altered: it says ${found}, recorded was ${expected}`;
    work.problem({ seq, sheet: row.sheet, cell: place, column, found, expected, reason });
  }
}

function checkHeadings(sheet: ReadRow[], name: string, { written, table, zone, problem }: Work): void {
  const row = sheet.find(({ number }) => number === written.first_row - 1);
  for (const [i, id] of written.columns.entries()) {
    const heading = headingOf(table.columns.find((column) => column.id === id)!, zone.name);
    const is = row?.cells[i] ?? "";
    if (is !== normalText(heading))
      problem({
        sheet: name,
        cell: `${columnName(i)}${written.first_row - 1}`,
        found: showNormal(is),
        expected: showNormal(normalText(heading)),
        reason: `"${name}" ${columnName(i)}${written.first_row - 1}: the heading was altered, it was ${showNormal(normalText(heading))}`,
      });
  }
}
