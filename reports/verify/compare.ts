import { isSame, type Normal, showNormal } from "../proof/normal.ts";
import type { ReadRow } from "../reader/index.ts";
import { columnName } from "../xlsx/index.ts";
import type { WorkbookProblem } from "./verdict.ts";

export interface FoundRow extends ReadRow {
  sheet: string;
}

interface About {
  /** of the table, and its first sheet */
  title: string;
  sheet: string;
  headings: string[];
  problem(one: WorkbookProblem): void;
}

/** Rows of one event: first those that are as they must be, then the others by the number of cells that agree. */
export function compareRows(expected: Normal[][], rows: FoundRow[], seq: number, about: About): void {
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
      const reason = `a row of event ${seq} is missing in "${about.title}"`;
      about.problem({ seq, sheet: about.sheet, reason });
      continue;
    }
    left.splice(left.indexOf(best), 1);
    tellCells(want, best, seq, about);
  }
  for (const row of left) {
    const reason = `row ${row.number} of "${row.sheet}" stands there once more than event ${seq} has rows`;
    about.problem({ seq, sheet: row.sheet, cell: `A${row.number}`, reason });
  }
}

function tellCells(want: Normal[], row: FoundRow, seq: number, { headings, problem }: About): void {
  for (const [i, cell] of want.entries()) {
    const is = row.cells[i] ?? "";
    if (isSame(is, cell)) continue;
    const [found, expected] = [showNormal(is), showNormal(cell)];
    const place = `${columnName(i)}${row.number}`;
    const column = headings[i]!;
    const reason = `"${row.sheet}" ${place} (${column}) was altered: it says ${found}, recorded was ${expected}`;
    problem({ seq, sheet: row.sheet, cell: place, column, found, expected, reason });
  }
}
