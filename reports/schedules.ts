import { randomUUID } from "node:crypto";
import { Cron } from "croner";
import cronstrue from "cronstrue";
import type { Queryable } from "../service/store/database.ts";
import {
  advanceReportSchedule,
  dueReportSchedules,
  insertReportSchedule,
  type ReportScheduleRow,
} from "../service/store/report-file-rows.ts";
import { scopeStore } from "../service/store/scope.ts";
import type { TaskActor } from "../service/store/task-rows.ts";
import type { Store } from "../service/store/types.ts";
import { checkRequest } from "./check-request.ts";
import { ReportRequestError } from "./errors.ts";
import { askForReport } from "./jobs.ts";
import type { ReportRequest } from "./request.ts";
import { Zone } from "./xlsx/index.ts";

/** A report that is made again and again, each time about the period before. */
export interface NewSchedule {
  name: string;
  /** five fields */
  cron: string;
  time_zone: string;
  /** the day, week (from Monday), month, quarter or year before; `7d`: so many days up to now; `all` */
  period: string;
  request: Omit<ReportRequest, "from" | "to">;
  enabled: boolean;
}

const DAY_MS = 86_400_000;

/** "At 06:00 AM, only on Monday". Throws ReportRequestError. */
export function inWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    throw new ReportRequestError(
      `"${cron}" is no time table: give five fields like "0 6 * * 1" (every Monday at 06:00).`,
    );
  }
}

/** The next time after `after`; null when there is none any more. Throws ReportRequestError. */
export function nextRun(schedule: Pick<NewSchedule, "cron" | "time_zone">, after: Date): string | null {
  checkZone(schedule.time_zone);
  if (schedule.cron.trim().split(/\s+/).length !== 5) inWords("");
  try {
    return (
      new Cron(schedule.cron, { timezone: schedule.time_zone, paused: true }).nextRun(after)?.toISOString() ?? null
    );
  } catch {
    throw new ReportRequestError(
      `"${schedule.cron}" is no time table: give five fields like "0 6 * * 1" (every Monday at 06:00).`,
    );
  }
}

function checkZone(name: string): void {
  try {
    new Zone(name);
  } catch {
    throw new ReportRequestError(`There is no time zone "${name}"; give one like Europe/Berlin or UTC.`);
  }
}

/** The period before `now`, by the wall clock of the zone: whole days, weeks, months. Throws ReportRequestError. */
export function periodBefore(period: string, time_zone: string, now: Date): { from?: string; to?: string } {
  if (period === "all") return {};
  const days = /^(\d{1,4})d$/.exec(period);
  if (days) return { from: micros(now.getTime() - Number(days[1]) * DAY_MS), to: micros(now.getTime()) };
  const zone = new Zone(time_zone);
  const wall = new Date(now.getTime() + zone.offsetMs(now.getTime()));
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const quarter = Math.floor(month / 3) * 3;
  const monday = day - ((wall.getUTCDay() + 6) % 7);
  const ends: Record<string, [from: number, to: number]> = {
    day: [Date.UTC(year, month, day - 1), Date.UTC(year, month, day)],
    week: [Date.UTC(year, month, monday - 7), Date.UTC(year, month, monday)],
    month: [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)],
    quarter: [Date.UTC(year, quarter - 3, 1), Date.UTC(year, quarter, 1)],
    year: [Date.UTC(year - 1, 0, 1), Date.UTC(year, 0, 1)],
  };
  const found = ends[period];
  if (found === undefined)
    throw new ReportRequestError(
      `"${period}" is no period: give day, week, month, quarter, year, all, or days like 7d.`,
    );
  // the end is inclusive: a microsecond before the next period begins
  return { from: micros(zone.at(found[0])), to: new Date(zone.at(found[1]) - 1).toISOString().replace("Z", "999Z") };
}

const micros = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");

/** Everything is tried before it is stored: a schedule that cannot run is refused. Throws ReportRequestError. */
export function checkSchedule(schedule: NewSchedule, now: Date): string | null {
  inWords(schedule.cron);
  checkRequest({ ...schedule.request, ...periodBefore(schedule.period, schedule.time_zone, now) });
  return nextRun(schedule, now);
}

export async function addSchedule(
  tx: Queryable,
  store: Store,
  schedule: NewSchedule,
  created_by: TaskActor,
): Promise<string> {
  const now = store.clock();
  const next_run_at = checkSchedule(schedule, now);
  const id = randomUUID();
  await insertReportSchedule(tx, {
    ...schedule,
    id,
    organisation_id: store.organisationId,
    created_by,
    created_at: now.toISOString(),
    next_run_at,
  });
  return id;
}

/** Asks for the reports that are due. A time that was missed while the service was down is made up for once. */
export async function runDueSchedules(store: Store): Promise<number> {
  const due = await dueReportSchedules(store);
  let asked = 0;
  for (const row of due) if (await runSchedule(store, row)) asked++;
  return asked;
}

async function runSchedule(store: Store, row: ReportScheduleRow): Promise<boolean> {
  const now = store.clock();
  const scoped = scopeStore(store, row.organisation_id);
  const request = { ...(row.request as ReportRequest), ...periodBefore(row.period, row.time_zone, now) };
  return store.database.transaction(async (tx) => {
    if (!(await advanceReportSchedule(tx, row, nextRun(row, now), now))) return false;
    const actor = { type: "system" as const, id: "system", name: `schedule "${row.name}"` };
    await askForReport(tx, scoped, { request, schedule_id: row.id }, actor);
    return true;
  });
}
