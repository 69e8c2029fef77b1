export { checkRequest } from "./check-request.ts";
export { NotAVigilWorkbookError, ReportFailedError, ReportRequestError } from "./errors.ts";
export { findWorkbook, WORKBOOKS } from "./registry.ts";
export { FORMATS, type ReportFormat, type ReportRequest } from "./request.ts";
export { runReport } from "./run.ts";
export { storeSource } from "./store-source.ts";
export { THEMES } from "./theme.ts";
