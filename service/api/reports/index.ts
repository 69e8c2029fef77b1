import type { Route } from "../route.ts";
import { getReportBrand, setReportBrand } from "./brand.ts";
import { createReport } from "./create.ts";
import { downloadReport } from "./download.ts";
import { reportKinds } from "./kinds.ts";
import { getReport, listReports } from "./list.ts";

export const REPORT_ROUTES: readonly Route[] = [
  reportKinds,
  getReportBrand,
  setReportBrand,
  createReport,
  listReports,
  getReport,
  downloadReport,
];
