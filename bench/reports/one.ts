import { monitorEventLoopDelay } from "node:perf_hooks";
import { resourceUsage } from "node:process";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { writeWithVigil } from "./vigil-writer.ts";

/* One writer in a process of its own: node one.ts vigil|exceljs FILE ROWS. Prints what it took as JSON. */

if (!isMainThread) {
  await writeWithVigil(workerData.path, workerData.rows);
} else {
  const [writer, path, rows] = process.argv.slice(2) as [string, string, string];
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAt = performance.now();
  // loaded only where it is measured: its code alone takes 40 MB
  if (writer === "exceljs") await (await import("./exceljs-writer.ts")).writeWithExceljs(path, Number(rows));
  else await inWorker(path, Number(rows));
  const seconds = (performance.now() - startedAt) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = resourceUsage();
  console.log(
    JSON.stringify({
      seconds,
      cpu_seconds: (userCPUTime + systemCPUTime) / 1e6,
      rss_mb: maxRSS / 1024,
      blocked_ms: delay.max / 1e6,
    }),
  );
}

function inWorker(path: string, rows: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { path, rows },
      // as reports/run.ts limits its thread
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4 },
    });
    worker.once("error", reject).once("exit", () => resolve());
  });
}
