import {
  REPORT_TASK,
  removeHalfReports,
  removeOldReports,
  reportHandler,
  runDueSchedules,
} from "../../reports/index.ts";
import type { Store } from "../store/types.ts";
import { startTasks } from "../tasks/index.ts";
import { every } from "./schedule.ts";

export interface ReportJobs {
  /** a task waits */
  wake(): void;
  stop(): Promise<void>;
}

const SCHEDULES_MS = 20_000;
const OLD_FILES_MS = 3_600_000;

/** Makes the reports that are asked for and those that are due, and takes away those whose time is over. */
export async function startReportJobs(
  store: Store,
  options: { version: string; daysKept: number; onError: (job: string) => (error: unknown) => void },
): Promise<ReportJobs> {
  const { version, daysKept, onError } = options;
  await removeHalfReports(store);
  const tasks = startTasks({
    store,
    handlers: { [REPORT_TASK]: reportHandler({ vigil_version: version, days_kept: daysKept }) },
    onError: onError("tasks"),
  });
  const run = async (): Promise<void> => {
    if ((await runDueSchedules(store)) > 0) tasks.wake();
  };
  const jobs = [
    every(SCHEDULES_MS, { run, onError: onError("report schedules") }),
    every(OLD_FILES_MS, { run: async () => void (await removeOldReports(store)), onError: onError("old reports") }),
  ];
  return {
    wake: () => tasks.wake(),
    async stop() {
      await Promise.all([tasks.stop(), ...jobs.map((job) => job.stop())]);
    },
  };
}
