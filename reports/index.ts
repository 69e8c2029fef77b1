export { checkRequest } from "./check-request.ts";
export { NotAVigilWorkbookError, ReportFailedError, ReportRequestError } from "./errors.ts";
export {
  askForReport,
  CONTENT_TYPES,
  EXTENSIONS,
  REPORT_TASK,
  type ReportTaskParameters,
  removeHalfReports,
  removeOldReports,
  reportHandler,
  reportPath,
} from "./jobs.ts";
export { findWorkbook, WORKBOOKS } from "./registry.ts";
export { FORMATS, type ReportFormat, type ReportRequest } from "./request.ts";
export { runReport } from "./run.ts";
export { addSchedule, checkSchedule, inWords, type NewSchedule, nextRun, runDueSchedules } from "./schedules.ts";
export { storeSource } from "./store-source.ts";
export { THEMES } from "./theme.ts";
