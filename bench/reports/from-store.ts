import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { resourceUsage } from "node:process";
import { runReport, storeSource } from "../../reports/index.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { openStore } from "../../service/store/index.ts";

/*
 * A whole audit report out of a store, with its proof, or its verification; in a process of its own:
 * node from-store.ts make URL SECRET FILE | node from-store.ts verify FILE. Prints what it took as JSON.
 */
const [what, ...words] = process.argv.slice(2);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const startedAt = performance.now();
const counted = what === "make" ? await make(...(words as [string, string, string])) : await verify(words[0]!);
const { userCPUTime, systemCPUTime, maxRSS } = resourceUsage();
console.log(
  JSON.stringify({
    ...counted,
    seconds: (performance.now() - startedAt) / 1000,
    cpu_seconds: (userCPUTime + systemCPUTime) / 1e6,
    rss_mb: maxRSS / 1024,
    blocked_ms: delay.max / 1e6,
  }),
);

async function make(databaseUrl: string, secretKey: string, path: string): Promise<object> {
  const dataDir = mkdtempSync(join(tmpdir(), "vigil-bench-"));
  const store = await openStore({ databaseUrl, dataDir, secretKey });
  try {
    const instance_ids = (await store.instances.list()).map(({ id }) => id);
    const { events, rows, size_bytes } = await runReport({
      request: { name: "audit", instance_ids, format: "xlsx" },
      source: storeSource(store),
      path,
      made_at: new Date(),
      made_by: "bench",
      vigil_version: "bench",
    });
    return { events, rows, size_bytes };
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function verify(path: string): Promise<object> {
  const { status, events, rows } = await verifyWorkbook(path);
  if (status !== "intact") throw new Error("The report that was just made does not verify.");
  return { events, rows };
}
