import type exceljs from "exceljs";
import { rowsOf } from "./report-lab.ts";

export interface Summary {
  /** by their words */
  figures: Record<string, number>;
  /** the numbers below the charts, by their heading */
  tables: Record<string, Record<string, number>>;
}

const TILES = [1, 4, 7, 10];
const TABLES = [1, 7];
const NUMBERS = 4;

export function readSummary(book: exceljs.Workbook): Summary {
  const sheet = book.getWorksheet("Summary")!;
  const found: Summary = { figures: {}, tables: {} };
  sheet.eachRow((row, number) => {
    for (const column of TILES) {
      const above = number > 1 ? sheet.getCell(number - 1, column).value : null;
      if (typeof above === "number") found.figures[row.getCell(column).text] = above;
    }
    for (const column of TABLES.filter((at) => row.getCell(at + NUMBERS).value === "Events")) {
      const counts: Record<string, number> = {};
      for (let at = number + 1; typeof sheet.getCell(at, column + NUMBERS).value === "number"; at++)
        counts[sheet.getCell(at, column).text] = Number(sheet.getCell(at, column + NUMBERS).value);
      found.tables[row.getCell(column).text] = counts;
    }
  });
  return found;
}

type Row = Record<string, exceljs.CellValue>;
/** Which rows of which sheet a figure counts the events of. */
const COUNTED: Record<string, [sheet: string, counts?: (row: Row) => boolean]> = {
  events: ["Activity"],
  "records created": ["Changes", ({ Operation }) => Operation === "created"],
  "records changed": ["Changes", ({ Operation }) => Operation === "updated"],
  "records deleted": ["Deletions"],
  reads: ["Reads and exports", ({ Operation }) => Operation === "read"],
  exports: ["Reads and exports", ({ Operation }) => Operation === "exported"],
  "operations refused": ["Errors", ({ Outcome }) => Outcome === "denied"],
  "operations failed": ["Errors", ({ Outcome }) => Outcome === "failed"],
  "privileged actions": ["Privileged actions"],
  logins: ["Logins", ({ Result }) => Result === "success"],
  "failed logins": ["Logins", ({ Result }) => Result !== "success"],
  "sessions ended": ["Sessions"],
  findings: ["Findings"],
  "recording notices": ["Gaps"],
};

/** The figures of the summary, counted from the rows; those whose rows are on no sheet of this workbook are left out. */
export function countAgain(book: exceljs.Workbook, { figures }: Summary): Record<string, number> {
  const again: Record<string, number> = {};
  for (const name of Object.keys(figures)) {
    const [sheet, counts = () => true] = COUNTED[name]!;
    const worksheet = book.getWorksheet(sheet);
    if (worksheet === undefined) continue;
    const rows = rowsOf(worksheet).filter((row) => typeof row.Seq === "number" && counts(row));
    again[name] = new Set(rows.map(({ Seq }) => Seq)).size;
  }
  return again;
}
