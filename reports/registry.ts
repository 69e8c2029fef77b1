import { ReportRequestError } from "./errors.ts";
import type { Workbook } from "./workbook.ts";
import { access } from "./workbooks/access.ts";
import { audit } from "./workbooks/audit.ts";
import { readsWorkbook } from "./workbooks/reads.ts";
import { recordHistory } from "./workbooks/record-history.ts";
import { security } from "./workbooks/security.ts";
import { sessionsWorkbook } from "./workbooks/sessions.ts";
import { userActivity } from "./workbooks/user-activity.ts";

/** Every report. A new one (productivity, active users, revenue, web vitals) is a file and a line here. */
export const WORKBOOKS: readonly Workbook[] = [
  audit,
  userActivity,
  recordHistory,
  access,
  sessionsWorkbook,
  security,
  readsWorkbook,
];

/** Throws ReportRequestError. */
export function findWorkbook(name: string): Workbook {
  const found = WORKBOOKS.find((workbook) => workbook.name === name);
  if (found === undefined)
    throw new ReportRequestError(
      `There is no report "${name}"; choose one of ${WORKBOOKS.map((workbook) => workbook.name).join(", ")}.`,
    );
  return found;
}
