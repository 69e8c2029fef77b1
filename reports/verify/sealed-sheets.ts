import { cellMarks, type Manifest, RowsDigest, SHEETS } from "../proof/forms.ts";
import { showNormal } from "../proof/normal.ts";
import { columnName } from "../xlsx/index.ts";
import type { ReadWorkbook } from "./read-workbook.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** Cover, summary, policies: compared with the digest that was signed; the marks tell which cell differs. */
export function checkSealedSheets(
  book: ReadWorkbook,
  manifest: Manifest,
  problem: (one: WorkbookProblem) => void,
): void {
  const marks = new Map<string, Map<number, string[]>>();
  for (const [sheet, row, text] of book.hidden(SHEETS.cells)) {
    const rows = marks.get(sheet!) ?? new Map<number, string[]>();
    marks.set(sheet!, rows.set(Number(row), (text ?? "").split(" ")));
  }
  for (const sealed of manifest.sheets) {
    const rows = book.sheets.get(sealed.name);
    if (rows === undefined) {
      problem({ sheet: sealed.name, reason: `the sheet "${sealed.name}" was taken out` });
      continue;
    }
    const digest = new RowsDigest();
    for (const row of rows) digest.add(row.number, row.cells);
    if (digest.end() === sealed.digest) continue;
    let named = 0;
    const expected = marks.get(sealed.name) ?? new Map<number, string[]>();
    for (const row of rows) {
      const was = expected.get(row.number) ?? [];
      const is = cellMarks(row.cells).split(" ");
      for (let i = 0; i < Math.max(was.length, is.length); i++) {
        if ((was[i] ?? "-") === (is[i] ?? "-")) continue;
        named++;
        const cell = `${columnName(i)}${row.number}`;
        problem({
          sheet: sealed.name,
          cell,
          found: showNormal(row.cells[i] ?? ""),
          reason: `"${sealed.name}" ${cell} was altered: it says ${showNormal(row.cells[i] ?? "")}`,
        });
      }
      expected.delete(row.number);
    }
    for (const row of expected.keys()) {
      named++;
      problem({
        sheet: sealed.name,
        cell: `A${row}`,
        reason: `row ${row} of "${sealed.name}" was emptied or taken out`,
      });
    }
    if (named === 0)
      problem({ sheet: sealed.name, reason: `the sheet "${sealed.name}" is not the one that was signed` });
  }
}
