import { cellMarks, type Manifest, RowsDigest, SHEETS } from "../proof/forms.ts";
import { showNormal } from "../proof/normal.ts";
import type { ReadRow, WorkbookReader } from "../reader/index.ts";
import { columnName } from "../xlsx/index.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** Cover, summary, policies: compared with the digest that was signed; the marks tell which cell differs. */
export async function checkSealedSheets(
  book: WorkbookReader,
  manifest: Manifest,
  problem: (one: WorkbookProblem) => void,
): Promise<void> {
  for (const sealed of manifest.sheets) {
    if (!book.has(sealed.name)) {
      problem({ sheet: sealed.name, reason: `the sheet "${sealed.name}" was taken out` });
      continue;
    }
    const digest = new RowsDigest();
    for await (const rows of book.rows(sealed.name)) for (const row of rows) digest.add(row.number, row.cells);
    if (digest.end() !== sealed.digest) await tellDifferences(book, sealed.name, problem);
  }
}

/** The marks tell which cells differ. */
async function tellDifferences(
  book: WorkbookReader,
  name: string,
  problem: (one: WorkbookProblem) => void,
): Promise<void> {
  const expected = new Map<number, string[]>();
  for await (const [sheet, row, text] of book.hidden(SHEETS.cells))
    if (sheet === name) expected.set(Number(row), (text ?? "").split(" "));
  let named = 0;
  const tell = (one: WorkbookProblem): void => {
    named++;
    problem({ sheet: name, ...one });
  };
  for await (const rows of book.rows(name))
    for (const row of rows) {
      for (const cell of differingCells(row, expected.get(row.number) ?? []))
        tell({ ...cell, reason: `"${name}" ${cell.cell} was altered: it says ${cell.found}` });
      expected.delete(row.number);
    }
  for (const row of expected.keys())
    tell({ cell: `A${row}`, reason: `row ${row} of "${name}" was emptied or taken out` });
  if (named === 0) tell({ reason: `the sheet "${name}" is not the one that was signed` });
}

function* differingCells({ number, cells }: ReadRow, was: string[]): Generator<{ cell: string; found: string }> {
  const is = cellMarks(cells).split(" ");
  for (let i = 0; i < Math.max(was.length, is.length); i++)
    if ((was[i] ?? "-") !== (is[i] ?? "-"))
      yield { cell: `${columnName(i)}${number}`, found: showNormal(cells[i] ?? "") };
}
