import { ReportRequestError } from "./errors.ts";
import { findWorkbook } from "./registry.ts";
import type { ReportRequest } from "./request.ts";
import { findTheme } from "./theme.ts";
import type { Workbook } from "./workbook.ts";

/** Throws ReportRequestError for what cannot be made, before anything is begun. */
export function checkRequest(request: ReportRequest): Workbook {
  const workbook = findWorkbook(request.name);
  findTheme(request.theme);
  for (const need of workbook.needs ?? [])
    if (request[need] === undefined)
      throw new ReportRequestError(`The report "${workbook.name}" is about one ${need}: say which (--${need}).`);
  if (request.instance_ids.length === 0) throw new ReportRequestError("Say which instance the report is about.");
  if (request.from !== undefined && request.to !== undefined && request.from > request.to)
    throw new ReportRequestError("The period ends before it begins: swap from and to.");
  return workbook;
}
