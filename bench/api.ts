import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { PERMISSION_NAMES } from "../service/accounts/permissions.ts";
import { exportTrail } from "../service/api/export/formats.ts";
import { buildApi } from "../service/api/index.ts";
import { readSettings } from "../service/settings/read.ts";
import { openStore, type Store } from "../service/store/index.ts";
import { readTrail } from "../service/store/trail.ts";
import type { TrailFilter } from "../service/store/trail-filter.ts";
import { fill } from "./api/fill.ts";
import { type Row, table } from "./report.ts";
import { percentile } from "./statistics.ts";

/*
 * The API over many events: `node bench/api.ts --url postgres://…/an_empty_database [--events 2000000] [--keep]`.
 * A database that holds a filled store already is used as it is.
 */

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    events: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "40" },
    seconds: { type: "string", default: "10" },
  },
});
if (values.url === undefined) throw new Error("Give an empty database: --url postgres://user@host/database");
const dataDir = mkdtempSync(join(tmpdir(), "vigil-bench-api-"));
const clock = (): Date => new Date("2026-11-20T12:00:00Z");
const store = await openStore({ databaseUrl: values.url, dataDir, secretKey: "00".repeat(32), clock });
try {
  const [known] = await store.instances.list();
  const instance =
    known ?? (await store.instances.add({ name: "bench", url: "http://127.0.0.1:1", db: "b", login: "l", key: "k" }));
  if (known === undefined) await fill(store, instance.id, Number(values.events), 364);
  const { head_seq } = await store.instances.get(instance.name);
  const rows: Row[] = [];
  rows.push(...(await pages(store, instance.id)));
  rows.push(await history(store, instance.id));
  rows.push(...(await requests(store)));
  rows.push(...(await exports(store)));
  console.log(`${head_seq.toLocaleString("en-US")} events of a year, weekly partitions\n`);
  console.log(table(rows));
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Each named filter, by values that are common, rare and absent, at any place of the year. */
async function pages(store: Store, id: string): Promise<Row[]> {
  const day = (n: number): string => new Date(Date.parse("2025-11-25T00:00:00Z") + n * 86_400_000).toISOString();
  const [some] = await store.database.query<{ session: string; request_id: string; transaction: string }>(
    "SELECT session, request_id, transaction FROM event WHERE instance_id = $1 AND received_on = '2026-06-10' LIMIT 1",
    [id],
  );
  const cases: Record<string, (n: number) => TrailFilter> = {
    "no filter": () => ({}),
    category: (n) => ({ category: (["auth", "data", "comms", "security"] as const)[n % 4]! }),
    severity: (n) => ({ severity: (["critical", "high", "medium", "low"] as const)[n % 4]! }),
    user: (n) => ({ user: n % 5 === 0 ? "nobody" : `user${n * 7}@example.com` }),
    model: (n) => ({ model: ["res.partner", "res.company", "no.model", "mail.message"][n % 4]! }),
    kind: (n) => ({ kind: ["record.updated", "session.login_failed", "record.deleted", "no.kind"][n % 4]! }),
    session: () => ({ session: some!.session }),
    request_id: () => ({ request_id: some!.request_id }),
    transaction: () => ({ transaction: some!.transaction }),
    "a day": (n) => ({ from: day(n * 8), to: day(n * 8 + 1) }),
    "a month by user": (n) => ({ user: `user${n}@example.com`, from: day(n * 7), to: day(n * 7 + 30) }),
    "a month by severity": (n) => ({ severity: "high", from: day(n * 7), to: day(n * 7 + 30) }),
    "a month by model": (n) => ({ model: "res.company", from: day(n * 7), to: day(n * 7 + 30) }),
  };
  const rows: Row[] = [];
  for (const [name, filter] of Object.entries(cases))
    rows.push(
      await timed(`page of 50 by ${name}`, 50, (n) =>
        readTrail(store, { instances: [id], filter: filter(n), limit: 50 }),
      ),
    );
  rows.push(
    await timed("page of 50 at offset 10,000", 50, () =>
      readTrail(store, { instances: [id], filter: {}, limit: 50, offset: 10_000 }),
    ),
  );
  rows.push(
    await timed("free text in the newest 10,000", undefined, (n) =>
      readTrail(store, { instances: [id], filter: { q: `berlin ${1_990_000 + n}` }, limit: 50 }),
    ),
  );
  return rows;
}

function history(store: Store, id: string): Promise<Row> {
  return timed("history of a record", 20, (n) =>
    readTrail(store, { instances: [id], filter: { model: "res.partner", record_id: 70 + n }, limit: 50 }),
  );
}

async function timed(what: string, bar: number | undefined, ask: (n: number) => Promise<unknown>): Promise<Row> {
  await ask(0);
  const ms: number[] = [];
  for (let n = 1; n <= Number(values.rounds); n++) {
    const started = performance.now();
    await ask(n);
    ms.push(performance.now() - started);
  }
  const p95 = percentile(ms, 0.95);
  return {
    what,
    figure: `p95 ${p95.toFixed(1)} ms (median ${percentile(ms, 0.5).toFixed(1)})`,
    bar: bar === undefined ? "" : `≤ ${bar} ms`,
    peer: "",
    ...(bar === undefined ? {} : { met: p95 <= bar }),
  };
}

/** Requests by several connections; processor time of this process alone, the load comes from another. */
async function requests(store: Store): Promise<Row[]> {
  const principal = {
    type: "person",
    id: "bench",
    name: "bench",
    organisation_id: store.organisationId,
    permissions: new Set(PERMISSION_NAMES),
  } as const;
  const api = await buildApi({
    store,
    settings: { ...readSettings({}), requestsPerMinute: 1_000_000_000 },
    log: { debug() {}, info() {}, warn() {}, error: console.error },
    version: "bench",
    accounts: { store, publicUrl: () => "http://localhost" },
    authenticate: async () => principal,
    connect: () => Promise.reject(new Error("none")),
  });
  const url = await api.listen({ host: "127.0.0.1", port: 0 });
  const rows: Row[] = [];
  for (const [what, path] of [
    ["a page of 50 of one instance", "/api/instances/bench/audit-trail?limit=50"],
    ["the same by a user", "/api/instances/bench/audit-trail?limit=50&user=user17@example.com"],
  ] as const) {
    await load(url + path, 2);
    const before = process.cpuUsage();
    const { average, total } = await load(url + path, Number(values.seconds));
    const used = process.cpuUsage(before);
    const perSecond = total / ((used.user + used.system) / 1e6);
    rows.push({
      what: `requests: ${what}`,
      figure: `${Math.round(perSecond).toLocaleString("en-US")} for a second of one core (${Math.round(average)} /s on the clock, beside PostgreSQL and the load)`,
      bar: "≥ 2,000 /s",
      peer: "",
      met: perSecond >= 2000,
    });
  }
  await api.close();
  return rows;
}

/** The load comes from a process of its own, so that this one's processor time is the API's. */
async function load(url: string, seconds: number): Promise<{ average: number; total: number }> {
  const cannon = fileURLToPath(import.meta.resolve("autocannon"));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cannon, "-j", "-c", "16", "-d", String(seconds), url],
    {
      maxBuffer: 1 << 24,
    },
  );
  const { requests, non2xx, errors } = JSON.parse(stdout) as {
    requests: { average: number; total: number };
    non2xx: number;
    errors: number;
  };
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} answers were no success`);
  return requests;
}

async function exports(store: Store): Promise<Row[]> {
  const instance = await store.instances.get("bench");
  const rows: Row[] = [];
  for (const format of ["csv", "json"] as const) {
    let most = 0;
    let bytes = 0;
    const filter: TrailFilter = { from: "2026-08-01T00:00:00Z" };
    const started = performance.now();
    const cpu = process.cpuUsage();
    for await (const piece of Readable.from(exportTrail(store, instance, filter, format))) {
      bytes += (piece as string).length;
      most = Math.max(most, process.memoryUsage().rss);
    }
    const used = process.cpuUsage(cpu);
    const [count] = await store.database.query<{ n: number }>(
      "SELECT count(*) AS n FROM event WHERE instance_id = $1 AND occurred_at >= $2",
      [instance.id, filter.from],
    );
    const seconds = (performance.now() - started) / 1000;
    const perCpu = count!.n / ((used.user + used.system) / 1e6);
    rows.push({
      what: `export as ${format}, ${count!.n.toLocaleString("en-US")} events, ${(bytes / 1e6).toFixed(0)} MB`,
      figure: `${Math.round(count!.n / seconds).toLocaleString("en-US")} rows/s (${Math.round(perCpu).toLocaleString("en-US")} for a second of the service's core), at most ${(most / 1e6).toFixed(0)} MB resident`,
      bar: "≥ 100,000 /s",
      peer: "",
      met: count!.n / seconds >= 100_000,
    });
  }
  return rows;
}
