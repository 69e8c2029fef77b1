import { microseconds } from "../chain/record.ts";
import type { Queryable } from "./database.ts";
import type { TaskActor } from "./task-rows.ts";
import type { Store } from "./types.ts";

export interface ReportFileRow {
  /** the id of the task that made it */
  id: string;
  organisation_id: string;
  schedule_id: string | null;
  title: string;
  file_name: string;
  request: unknown;
  size_bytes: number;
  sha256: string;
  events: number;
  rows: number;
  made_by: string;
  made_at: string;
  expires_at: string | null;
  removed_at: string | null;
}

export async function insertReportFile(tx: Queryable, file: Omit<ReportFileRow, "removed_at">): Promise<void> {
  await tx.query(
    `INSERT INTO report_file (id, task_id, organisation_id, schedule_id, title, file_name, request, size_bytes, sha256, events, rows, made_by, made_at, expires_at)
     VALUES ($1, $1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10, $11, $12, $13)`,
    [
      file.id, file.organisation_id, file.schedule_id, file.title, file.file_name, JSON.stringify(file.request),
      file.size_bytes, file.sha256, file.events, file.rows, file.made_by, file.made_at, file.expires_at,
    ], // biome-ignore format: as the statement reads
  );
}

export async function findReportFile(store: Store, id: string): Promise<ReportFileRow | undefined> {
  const [row] = await store.database.query("SELECT * FROM report_file WHERE id = $1 AND organisation_id = $2", [
    id,
    store.organisationId,
  ]);
  return row === undefined ? undefined : toFile(row);
}

export async function findReportFiles(store: Store, ids: string[]): Promise<Map<string, ReportFileRow>> {
  const rows = await store.database.query(
    "SELECT * FROM report_file WHERE organisation_id = $1 AND id = ANY($2::uuid[])",
    [store.organisationId, ids],
  );
  return new Map(rows.map((row) => [row.id as string, toFile(row)]));
}

/** Files whose time is over, of any organisation, and those of a schedule beyond the newest `keep`. */
export async function reportFilesToRemove(store: Store, keep: number): Promise<{ id: string; file_name: string }[]> {
  return store.database.query<{ id: string; file_name: string }>(
    `SELECT id, file_name FROM (
       SELECT id, file_name, expires_at, schedule_id, row_number() OVER (PARTITION BY schedule_id ORDER BY made_at DESC, id) AS place
       FROM report_file WHERE removed_at IS NULL
     ) AS f WHERE expires_at < $1 OR (schedule_id IS NOT NULL AND place > $2)`,
    [store.clock().toISOString(), keep],
  );
}

export async function markReportFileRemoved(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query("UPDATE report_file SET removed_at = $2 WHERE id = $1", [id, now.toISOString()]);
}

function toFile(row: Record<string, unknown>): ReportFileRow {
  const time = (key: string): string | null => (row[key] === null ? null : microseconds(row[key] as string));
  return {
    ...(row as unknown as ReportFileRow),
    request: JSON.parse(row.request as string),
    made_at: time("made_at")!,
    expires_at: time("expires_at"),
    removed_at: time("removed_at"),
  };
}

export interface ReportScheduleRow {
  id: string;
  organisation_id: string;
  name: string;
  cron: string;
  time_zone: string;
  period: string;
  /** JSON: a ReportRequest without its period */
  request: unknown;
  enabled: boolean;
  created_by: TaskActor;
  created_at: string;
  next_run_at: string | null;
  last_run_at: string | null;
}

export async function insertReportSchedule(tx: Queryable, row: Omit<ReportScheduleRow, "last_run_at">): Promise<void> {
  await tx.query(
    `INSERT INTO report_schedule (id, organisation_id, name, cron, time_zone, period, request, enabled, created_by, created_at, next_run_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::json, $8, $9::json, $10, $11)`,
    [
      row.id, row.organisation_id, row.name, row.cron, row.time_zone, row.period, JSON.stringify(row.request),
      row.enabled, JSON.stringify(row.created_by), row.created_at, row.next_run_at,
    ], // biome-ignore format: as the statement reads
  );
}

export async function updateReportSchedule(
  tx: Queryable,
  row: Pick<
    ReportScheduleRow,
    "id" | "organisation_id" | "name" | "cron" | "time_zone" | "period" | "request" | "enabled" | "next_run_at"
  >,
): Promise<void> {
  await tx.query(
    `UPDATE report_schedule SET name = $3, cron = $4, time_zone = $5, period = $6, request = $7::json, enabled = $8, next_run_at = $9
     WHERE id = $1 AND organisation_id = $2`,
    [
      row.id, row.organisation_id, row.name, row.cron, row.time_zone, row.period, JSON.stringify(row.request),
      row.enabled, row.next_run_at,
    ], // biome-ignore format: as the statement reads
  );
}

export async function deleteReportSchedule(tx: Queryable, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx.query("DELETE FROM report_schedule WHERE id = $1 AND organisation_id = $2 RETURNING 1", [
    id,
    organisationId,
  ]);
  return rows.length > 0;
}

export async function listReportSchedules(store: Store): Promise<ReportScheduleRow[]> {
  const rows = await store.database.query(
    "SELECT * FROM report_schedule WHERE organisation_id = $1 ORDER BY created_at, id",
    [store.organisationId],
  );
  return rows.map(toSchedule);
}

/** Due ones of any organisation. */
export async function dueReportSchedules(store: Store): Promise<ReportScheduleRow[]> {
  const rows = await store.database.query(
    "SELECT * FROM report_schedule WHERE enabled AND next_run_at <= $1 ORDER BY next_run_at",
    [store.clock().toISOString()],
  );
  return rows.map(toSchedule);
}

/** Moves it on to its next time; false when another service did so already, and then makes the report. */
export async function advanceReportSchedule(
  tx: Queryable,
  row: ReportScheduleRow,
  next: string | null,
  now: Date,
): Promise<boolean> {
  const rows = await tx.query(
    "UPDATE report_schedule SET next_run_at = $3, last_run_at = $4 WHERE id = $1 AND next_run_at = $2::timestamptz RETURNING 1",
    [row.id, row.next_run_at, next, now.toISOString()],
  );
  return rows.length > 0;
}

function toSchedule(row: Record<string, unknown>): ReportScheduleRow {
  const time = (key: string): string | null => (row[key] === null ? null : microseconds(row[key] as string));
  return {
    ...(row as unknown as ReportScheduleRow),
    request: JSON.parse(row.request as string),
    created_by: JSON.parse(row.created_by as string) as TaskActor,
    created_at: time("created_at")!,
    next_run_at: time("next_run_at"),
    last_run_at: time("last_run_at"),
  };
}
