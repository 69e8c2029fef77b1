import type { ReportRequest, ReportTaskParameters } from "../../../reports/index.ts";
import type { ReportFileRow } from "../../store/report-file-rows.ts";
import type { TaskRow } from "../../store/task-rows.ts";
import type { Report } from "../contract/reports.ts";

const FILTERS = ["user", "model", "record_id", "kind", "theme", "time_zone"] as const;

/** A report is its task and, once made, its file. */
export function presentReport(task: TaskRow, file: ReportFileRow | undefined): Report {
  const { request, schedule_id } = task.parameters as ReportTaskParameters;
  return {
    id: task.id,
    name: request.name,
    title: file?.title ?? task.title,
    format: request.format,
    instance_ids: request.instance_ids,
    ...(request.from === undefined ? {} : { from: request.from }),
    ...(request.to === undefined ? {} : { to: request.to }),
    filters: filtersOf(request),
    status: file?.removed_at ? "expired" : task.state,
    progress: task.progress,
    step: task.step,
    ...(task.error === null ? {} : { error: task.error }),
    created_by: task.created_by.name,
    created_at: task.created_at,
    ...(schedule_id === undefined ? {} : { schedule_id }),
    ...(file === undefined ? {} : fileOf(file)),
  };
}

function filtersOf(request: ReportRequest): Record<string, string | number> {
  return Object.fromEntries(
    FILTERS.filter((key) => request[key] !== undefined).map((key) => [key, request[key] as string | number]),
  );
}

function fileOf({ file_name, size_bytes, sha256, events, rows, expires_at }: ReportFileRow): Partial<Report> {
  return { file_name, size_bytes, sha256, events, rows, ...(expires_at === null ? {} : { expires_at }) };
}
