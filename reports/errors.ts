/** Somebody must be told in a sentence what to ask for instead. */
export class ReportRequestError extends Error {
  override name = "ReportRequestError";
}

/** The report could not be made; the message says what to do. Nothing is left under the final name. */
export class ReportFailedError extends Error {
  override name = "ReportFailedError";
}

/** This file cannot be judged: it is no workbook of Vigil, or its proof is gone. */
export class NotAVigilWorkbookError extends Error {
  override name = "NotAVigilWorkbookError";
}
