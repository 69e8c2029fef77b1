import { readAccess } from "./access/read.ts";
import type { ReportRequest } from "./request.ts";
import type { ReportSource, Subject } from "./source.ts";
import type { FixedTable } from "./table.ts";
import { groupRights } from "./tables/group-rights.ts";
import { whoHas } from "./tables/who-has.ts";
import type { Workbook } from "./workbook.ts";

/** A workbook's tables that are no event's: they are signed as a whole. */
export async function fixedTables(
  workbook: Workbook,
  subject: Subject,
  source: ReportSource,
  request: ReportRequest,
): Promise<FixedTable[]> {
  const fixed = (workbook.fixed ?? []).map((make) => make(subject));
  if (!workbook.access) return fixed;
  const access = await readAccess(source, subject, request);
  return [whoHas(access, request.user), groupRights(access), ...fixed];
}
