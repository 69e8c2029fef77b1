import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAudit } from "../service/audit/index.ts";
import type { Queryable } from "../service/store/database.ts";
import { insertReportFile, markReportFileRemoved, reportFilesToRemove } from "../service/store/report-file-rows.ts";
import { insertTask, type TaskActor } from "../service/store/task-rows.ts";
import type { Store } from "../service/store/types.ts";
import type { TaskHandler } from "../service/tasks/index.ts";
import { checkRequest } from "./check-request.ts";
import type { ReportRequest } from "./request.ts";
import { runReport } from "./run.ts";
import { storeSource } from "./store-source.ts";

/* Reports as tasks: asked for, made one after the other, kept for a while, taken away. */

export const REPORT_TASK = "report";
/** of a schedule; older ones make room */
export const KEPT_OF_SCHEDULE = 20;
const DAY_MS = 86_400_000;

export interface ReportTaskParameters {
  request: ReportRequest;
  schedule_id?: string;
}

export const EXTENSIONS = { xlsx: "xlsx", csv: "csv.zip", ndjson: "ndjson" } as const;
export const CONTENT_TYPES = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  csv: "application/zip",
  ndjson: "application/x-ndjson",
} as const;

export function reportFolder(store: Store): string {
  return join(store.dataDir, "reports");
}
export function reportPath(store: Store, file: { id: string; file_name: string }): string {
  return join(reportFolder(store), `${file.id}.${/\.(csv\.zip|xlsx|ndjson)$/.exec(file.file_name)?.[1] ?? "xlsx"}`);
}

/** Puts a report into the queue; answers the task's id, which is also the file's. Throws ReportRequestError. */
export async function askForReport(
  tx: Queryable,
  store: Store,
  parameters: ReportTaskParameters,
  created_by: TaskActor,
): Promise<string> {
  const workbook = checkRequest(parameters.request);
  const id = randomUUID();
  const task = {
    id,
    organisation_id: store.organisationId,
    kind: REPORT_TASK,
    title: workbook.title,
    parameters,
    created_by,
  };
  await insertTask(tx, task, store.clock());
  return id;
}

/** Makes one; the file, its row, the task's success and the audit entry stand together or not at all. */
export function reportHandler(options: { vigil_version: string; days_kept: number }): TaskHandler {
  return async ({ task, store, progress, signal }) => {
    const { request, schedule_id } = task.parameters as ReportTaskParameters;
    const folder = reportFolder(store);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made_at = store.clock();
    const file_name = `${request.name}-${made_at.toISOString().slice(0, 10)}.${EXTENSIONS[request.format]}`;
    const path = reportPath(store, { id: task.id, file_name });
    const made = await runReport({
      request,
      source: storeSource(store),
      path,
      made_at,
      made_by: task.created_by.name,
      vigil_version: options.vigil_version,
      progress,
      signal,
    });
    const sha256 = await sha256Of(path);
    const expires_at =
      schedule_id === undefined ? new Date(made_at.getTime() + options.days_kept * DAY_MS).toISOString() : null;
    return {
      result: { title: made.title, file_name, size_bytes: made.size_bytes, events: made.events, rows: made.rows },
      async commit(tx) {
        const { id, organisation_id, created_by } = task;
        await insertReportFile(tx, {
          id, organisation_id, schedule_id: schedule_id ?? null, title: made.title, file_name, request, sha256, expires_at,
          size_bytes: made.size_bytes, events: made.events, rows: made.rows, made_by: created_by.name, made_at: made_at.toISOString(),
        }); // biome-ignore format: one glance
        await writeAudit(tx, {
          action: "report.created",
          actor: created_by,
          organisation_id,
          resource_type: "report",
          resource_id: id,
          resource_name: made.title,
          at: store.clock(),
          details: { ...request, sha256, events: made.events, rows: made.rows },
        });
      },
    };
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

/** Takes away what is over: expired files, and of each schedule all but the newest. Idempotent. */
export async function removeOldReports(store: Store): Promise<number> {
  const files = await reportFilesToRemove(store, KEPT_OF_SCHEDULE);
  for (const file of files) {
    await rm(reportPath(store, file), { force: true });
    await markReportFileRemoved(store.database, file.id, store.clock());
  }
  return files.length;
}

/** What a killed service left half made; only before the first task of this process begins. */
export async function removeHalfReports(store: Store): Promise<void> {
  const names = await readdir(reportFolder(store)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names)
    if (/\.part(-|$)/.test(name)) await rm(join(reportFolder(store), name), { recursive: true, force: true });
}
