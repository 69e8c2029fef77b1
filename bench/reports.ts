import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Row, table } from "./report.ts";

/*
 * The workbook writer beside its peers: the same rows × 14 styled columns, frozen header, filter and chart, each in a
 * process of its own. `node bench/reports.ts [ROWS] [--ours] [--store postgres://…]`; the peers take minutes at
 * 1,000,000. `--store`: also a whole audit report out of that store (secret key: zeros), proof included, and its verification.
 */

interface Figures {
  seconds: number;
  cpu_seconds: number;
  rss_mb: number;
  blocked_ms?: number;
  events?: number;
  rows?: number;
}
interface Options {
  rows: number;
  peers: boolean;
  store?: { url: string; secret: string } | undefined;
}

const here = (name: string): string => fileURLToPath(new URL(`./reports/${name}`, import.meta.url));

export function reports({ rows, peers, store }: Options): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "vigil-bench-"));
  try {
    const ours = node("one.ts", "vigil", join(folder, "vigil.xlsx"), String(rows));
    const size = statSync(join(folder, "vigil.xlsx")).size / 1e6;
    const others = peers ? peersOf(folder, rows) : [];
    const found: Row[] = [
      {
        what: `workbook of ${rows.toLocaleString("en-US")} rows × 14 styled columns, filter, frozen header, chart; in a worker thread`,
        figure: `${show(ours)}, ${size.toFixed(0)} MB file`,
        bar: "15 s, 150 MB",
        peer: others.join("; ") || "peers not measured",
        met: rows < 1_000_000 ? undefined : ours.seconds <= 15 && ours.rss_mb <= 150,
      },
      {
        what: "… longest that it kept the thread of the service from answering",
        figure: `${ours.blocked_ms!.toFixed(0)} ms`,
        bar: "50 ms",
        peer: "—",
        met: ours.blocked_ms! <= 50,
      },
    ];
    return store === undefined ? found : [...found, ...fromStore(store, join(folder, "store.xlsx"))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The proof benched apart: a whole report with it, and its check. */
function fromStore({ url, secret }: { url: string; secret: string }, path: string): Row[] {
  const made = node("from-store.ts", "make", url, secret, path);
  const size = statSync(path).size / 1e6;
  const checked = node("from-store.ts", "verify", path);
  const what = `${made.rows!.toLocaleString("en-US")} rows of ${made.events!.toLocaleString("en-US")} events`;
  return [
    {
      what: `audit report out of PostgreSQL with its proof, ${what}`,
      figure: `${show(made)}, ${size.toFixed(0)} MB file`,
      bar: "—",
      peer: `thread of the service kept for ${made.blocked_ms!.toFixed(0)} ms at most`,
    },
    { what: "… verified from the file alone", figure: show(checked), bar: "—", peer: "—" },
  ];
}

function show({ seconds, cpu_seconds, rss_mb }: Figures): string {
  return `${seconds.toFixed(1)} s (CPU ${cpu_seconds.toFixed(1)} s), ${rss_mb.toFixed(0)} MB`;
}

function peersOf(folder: string, rows: number): string[] {
  const python = ["/usr/bin/python3", "python3"].find(hasXlsxWriter);
  return [
    `exceljs streaming ${show(node("one.ts", "exceljs", join(folder, "exceljs.xlsx"), String(rows)))}`,
    ...(python === undefined ? [] : [`XlsxWriter constant memory ${show(measurePython(python, folder, rows))}`]),
  ];
}

function node(script: string, ...words: string[]): Figures {
  return JSON.parse(execFileSync(process.execPath, [here(script), ...words], { encoding: "utf8" })) as Figures;
}

function measurePython(python: string, folder: string, rows: number): Figures {
  const script =
    "import resource,runpy,sys,time,json;t=time.time();sys.argv=sys.argv[1:];runpy.run_path(sys.argv[0]);r=resource.getrusage(resource.RUSAGE_SELF);print(json.dumps({'seconds':time.time()-t,'cpu_seconds':r.ru_utime+r.ru_stime,'rss_mb':r.ru_maxrss/1024}))";
  const words = ["-c", script, here("xlsxwriter.py"), join(folder, "xlsxwriter.xlsx"), String(rows)];
  return JSON.parse(execFileSync(python, words, { encoding: "utf8" })) as Figures;
}

function hasXlsxWriter(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import xlsxwriter"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  const url = words.includes("--store") ? words[words.indexOf("--store") + 1] : undefined;
  const rows = Number(words.find((word) => /^\d+$/.test(word)) ?? 1_000_000);
  const store = url === undefined ? undefined : { url, secret: "00".repeat(32) };
  console.log(table(reports({ rows, peers: !words.includes("--ours"), store })));
}
