import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { exportTrail, type Format } from "../../service/api/export/formats.ts";
import { openStore } from "../../service/store/index.ts";

/* One export in a process of its own, so that its memory is the export's: `export-one.ts URL FORMAT FROM`. */

export interface Exported {
  lines: number;
  bytes: number;
  seconds: number;
  cpu_seconds: number;
  /** resident, in MB: after the first tenth (the collector has found its pace), and at most after it */
  early_mb: number;
  most_mb: number;
}

if (import.meta.main) {
  const [databaseUrl, format, from] = process.argv.slice(2) as [string, Format, string];
  const dataDir = mkdtempSync(join(tmpdir(), "vigil-bench-export-"));
  const store = await openStore({ databaseUrl, dataDir, secretKey: "00".repeat(32) });
  const instance = await store.instances.get("bench");
  let lines = 0;
  let bytes = 0;
  const resident: number[] = [];
  const started = performance.now();
  const before = process.cpuUsage();
  const pieces = Readable.from(exportTrail(store, instance, { from }, format), { objectMode: false });
  for await (const piece of pieces as AsyncIterable<Buffer>) {
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++;
    resident.push(process.memoryUsage.rss() / 1e6);
  }
  const used = process.cpuUsage(before);
  const tenth = Math.floor(resident.length / 10);
  const exported: Exported = {
    lines,
    bytes,
    seconds: (performance.now() - started) / 1000,
    cpu_seconds: (used.user + used.system) / 1e6,
    early_mb: Math.max(...resident.slice(0, tenth + 1)),
    most_mb: resident.reduce((most, one) => Math.max(most, one), 0),
  };
  console.log(JSON.stringify(exported));
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}
