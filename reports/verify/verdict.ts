/** What `vigil verify FILE.xlsx` answers. */
export interface WorkbookVerdict {
  status: "intact" | "broken";
  report: string;
  organisation: string;
  instances: string[];
  made_at: string;
  made_by: string;
  /** that made it; another one may word a cell otherwise */
  vigil_version: string;
  /** that signed the workbook; compare it with the one you know */
  public_key: string;
  events: number;
  /** rows that were compared with their events, cell by cell */
  rows: number;
  /** events under a signed checkpoint, and those that only the workbook's own signature covers */
  sealed: number;
  unsealed: number;
  segments: number;
  /** the first hundred */
  problems: WorkbookProblem[];
  /** at least so many: beyond a hundred not every row is looked at */
  problem_count: number;
}

export interface WorkbookProblem {
  /** one sentence */
  reason: string;
  sheet?: string;
  /** like F17 */
  cell?: string;
  /** heading of its column */
  column?: string;
  seq?: number;
  found?: string;
  expected?: string;
}
