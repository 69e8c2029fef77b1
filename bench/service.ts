import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { openStore } from "../service/store/index.ts";
import { cleanEnv } from "../test/e2e/vigil-cli.ts";
import type { OdooServer } from "../test/odoo/odoo.ts";
import { type Postgres, until } from "../test/odoo/postgres.ts";
import { freePort } from "../test/odoo/workshop.ts";
import type { Row } from "./report.ts";
import { percentile } from "./statistics.ts";

const BIN = resolve(import.meta.dirname, "../bin/vigil.js");
const SECONDS = Number(process.env.VIGIL_BENCH_LATENCY_SECONDS ?? 60);

/** A real `vigil serve` on PostgreSQL: how fast it starts, what it weighs, how soon a commit can be read. */
export async function service(
  server: OdooServer,
  postgres: Postgres,
  storeDatabase: string,
  dir: string,
): Promise<Row[]> {
  const dataDir = join(dir, "service");
  const databaseUrl = postgres.url(storeDatabase);
  const secretKey = "00".repeat(32);
  const store = await openStore({ dataDir: join(dir, "reader"), databaseUrl, secretKey });
  const port = await freePort();
  const env = {
    ...cleanEnv(),
    DATABASE_URL: databaseUrl,
    VIGIL_SECRET_KEY: secretKey,
    VIGIL_DATA_DIR: dataDir,
    VIGIL_PORT: String(port),
  };
  const started = performance.now();
  const child = spawn(process.execPath, [BIN, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await saysItIsUp(child);
    const startMs = performance.now() - started;
    // at rest: nothing to pull, and what it found waiting is worked through
    await until(() => performance.now() - started > 25_000, 40_000, "the service did not come to rest");
    const restMb = residentMb(child.pid!);
    const seen = async () => {
      const event = await store.events.latest("bench");
      const city = event?.changes.find((change) => change.field === "city")?.after;
      return typeof city === "string" && city.startsWith("Latency ") ? Number(city.slice(8)) : 0;
    };
    const busy = await latencies(server, postgres, seen, 0, false);
    const held = await latencies(server, postgres, seen, busy.next, true);
    return [
      latencyRow("commit in Odoo → readable in the store, busy (20 commits/s)", busy.ms),
      latencyRow(`the same while strangers, here and in another database, stay open for ${SECONDS} s`, held.ms),
      {
        what: "service at rest, PostgreSQL",
        figure: `${restMb.toFixed(0)} MB`,
        bar: "≤ 150 MB",
        peer: "",
        met: restMb <= 150,
      },
      {
        what: "service starts in",
        figure: `${(startMs / 1000).toFixed(2)} s`,
        bar: "≤ 2 s",
        peer: "",
        met: startMs <= 2000,
      },
    ];
  } finally {
    child.kill("SIGTERM");
    await store.close();
  }
}

function latencyRow(what: string, ms: number[]): Row {
  const p95 = percentile(ms, 0.95);
  const figure = `p95 ${(p95 / 1000).toFixed(2)} s (median ${(percentile(ms, 0.5) / 1000).toFixed(2)} s, ${ms.length} commits)`;
  return { what, figure, bar: "p95 ≤ 2 s", peer: "", met: p95 <= 2000 };
}

/**
 * Commits 20 times a second and asks the store, as a reader would, which commit it shows; from the first that it shows
 * on, because an instance that rested is asked less often.
 */
async function latencies(
  server: OdooServer,
  postgres: Postgres,
  seen: () => Promise<number>,
  from: number,
  strangers: boolean,
): Promise<{ ms: number[]; next: number }> {
  const open = strangers
    ? await Promise.all([stranger(postgres, server.database), stranger(postgres, "postgres")])
    : [];
  const writer = new pg.Client({ connectionString: postgres.url(server.database) });
  await writer.connect();
  const committed = new Map<number, number>();
  const ms: number[] = [];
  let next = from;
  let shown = from;
  let ends = performance.now() + SECONDS * 1000;
  let first = true;
  let due = performance.now();
  while (shown < next || performance.now() < ends) {
    if (performance.now() > ends + 60_000) throw new Error("The service does not pull: nothing arrived for a minute.");
    if (performance.now() >= due && performance.now() < ends) {
      due += 50;
      await writer.query("UPDATE res_partner SET city = $1 WHERE id = 1", [`Latency ${++next}`]);
      committed.set(next, performance.now());
    }
    const now = await seen();
    if (first && now > shown) {
      first = false;
      shown = next; // those that waited for the first look
      ends = performance.now() + SECONDS * 1000;
    }
    for (; shown < now; shown++) ms.push(performance.now() - committed.get(shown + 1)!);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await writer.end();
  for (const client of open) await client.end();
  return { ms, next };
}

/** A write transaction that is not ours and does not end: it holds the cluster's horizon. */
async function stranger(postgres: Postgres, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url(database) });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT pg_current_xact_id()");
  return client;
}

function saysItIsUp(child: ChildProcess): Promise<void> {
  return new Promise((up, failed) => {
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("vigil is up")) up();
    });
    child.once("exit", (code) => failed(new Error(`vigil serve ended with ${code} before it was up.`)));
  });
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}
