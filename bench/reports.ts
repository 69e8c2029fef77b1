import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * The workbook writer beside its peers: the same rows × 14 styled columns, frozen header and filter, each in a process of
 * its own. `node bench/reports.ts [ROWS]`; the peers take minutes at 1,000,000 (skip them: `--ours`).
 */

interface Figures {
  seconds: number;
  cpu_seconds: number;
  rss_mb: number;
  blocked_ms?: number;
}

const rows = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const ours = process.argv.includes("--ours");
const folder = mkdtempSync(join(tmpdir(), "vigil-bench-"));
const here = (name: string): string => fileURLToPath(new URL(`./reports/${name}`, import.meta.url));

try {
  const found: [name: string, figures: Figures, size_mb: number][] = [
    ["Vigil (in a worker thread)", ...measure("vigil")],
  ];
  if (!ours) {
    found.push(["exceljs, streaming", ...measure("exceljs")]);
    const python = ["/usr/bin/python3", "python3"].find(hasXlsxWriter);
    if (python !== undefined) found.push(["XlsxWriter, constant memory", ...measurePython(python)]);
  }
  console.log(`${rows.toLocaleString("en-US")} rows × 14 styled columns\n`);
  console.log("| writer | time | CPU | memory | file | main thread blocked at most |\n|---|---|---|---|---|---|");
  for (const [name, { seconds, cpu_seconds, rss_mb, blocked_ms }, size] of found)
    console.log(
      `| ${name} | ${seconds.toFixed(1)} s | ${cpu_seconds.toFixed(1)} s | ${rss_mb.toFixed(0)} MB | ${size.toFixed(0)} MB | ${blocked_ms === undefined ? "—" : `${blocked_ms.toFixed(0)} ms`} |`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(writer: string): [Figures, number] {
  const path = join(folder, `${writer}.xlsx`);
  const answer = execFileSync(process.execPath, [here("one.ts"), writer, path, String(rows)], { encoding: "utf8" });
  return [JSON.parse(answer) as Figures, statSync(path).size / 1e6];
}

function measurePython(python: string): [Figures, number] {
  const path = join(folder, "xlsxwriter.xlsx");
  const script =
    "import resource,runpy,sys,time,json;t=time.time();sys.argv=sys.argv[1:];runpy.run_path(sys.argv[0]);r=resource.getrusage(resource.RUSAGE_SELF);print(json.dumps({'seconds':time.time()-t,'cpu_seconds':r.ru_utime+r.ru_stime,'rss_mb':r.ru_maxrss/1024}))";
  const answer = execFileSync(python, ["-c", script, here("xlsxwriter.py"), path, String(rows)], { encoding: "utf8" });
  return [JSON.parse(answer) as Figures, statSync(path).size / 1e6];
}

function hasXlsxWriter(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import xlsxwriter"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
