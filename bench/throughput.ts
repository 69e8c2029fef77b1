import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, decodePage } from "../odoo_addon_client/index.ts";
import { verifyInstance } from "../service/chain/index.ts";
import { pullAll } from "../service/ingest/index.ts";
import { openStore, type Store } from "../service/store/index.ts";
import type { OdooServer } from "../test/odoo/odoo.ts";
import type { Postgres } from "../test/odoo/postgres.ts";
import type { Row } from "./report.ts";

/** Partners like the one that the ORM made, a thousand a transaction: what an import leaves in the outbox. */
export async function fillOutbox(postgres: Postgres, database: string, events: number): Promise<void> {
  const [model] = await postgres.query<{ row: Record<string, unknown> }>(
    database,
    "SELECT to_jsonb(p) AS row FROM res_partner p WHERE email IS NOT NULL ORDER BY id DESC LIMIT 1",
  );
  const row = { ...model!.row };
  for (let done = 0; done < events; done += 1000) {
    await postgres.query(
      database,
      `INSERT INTO res_partner SELECT made.* FROM generate_series($2::int, $3::int) n, jsonb_populate_record(NULL::res_partner,
           $1::jsonb || jsonb_build_object('id', nextval('res_partner_id_seq'), 'name', 'Imported ' || n,
             'email', 'row' || n || '@example.com', 'city', 'Lyon')) made`,
      [JSON.stringify(row), done, done + 999],
    );
  }
  // what autovacuum does within a minute of such an import
  await postgres.query(database, "ANALYZE vigil_outbox");
}

/** From the outbox of one Odoo worker into a store, then verified; the same events into each kind of store. */
export async function throughput(
  server: OdooServer,
  databaseUrl: string | undefined,
  auditlogPerSecond: number | undefined,
): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "vigil-bench-"));
  const kind = databaseUrl ? "PostgreSQL" : "PGlite";
  const store = await openStore({ dataDir, databaseUrl, secretKey: "00".repeat(32) });
  const client = await connect({ url: server.url, database: server.database, login: "admin", secret: "admin" });
  try {
    const bytes = await bytesPerEvent(client);
    const instance = await store.instances.add({
      name: "bench",
      url: server.url,
      db: server.database,
      login: "admin",
      key: "admin",
    });
    const started = performance.now();
    const since = (): number => (performance.now() - started) / 1000;
    const busy = cpuSeconds();
    let storedSeconds = 0;
    const { events } = await pullAll(store, instance, client, {
      decode: decodePage,
      onProgress: () => {
        storedSeconds = since();
      },
    });
    const provenSeconds = since();
    const stored = events / storedSeconds;
    const bar = databaseUrl ? 20_000 : 8_000;
    const rows: Row[] = [
      {
        what: `Odoo's outbox → ${kind}, ${count(events)} events of ${count(bytes)} bytes on the wire, netted, named, chained, committed`,
        figure: `${count(stored)} events/s`,
        bar: `≥ ${count(bar)}`,
        peer:
          databaseUrl && auditlogPerSecond
            ? `${count(auditlogPerSecond)} changes/s reading auditlog by search_read`
            : "",
        met: stored >= bar,
      },
      {
        what: "the same until the last one is sealed, signed and acknowledged",
        figure: `${count(events / provenSeconds)} events/s; the service takes ${micros(cpuSeconds() - busy, events)} of processor an event`,
        bar: "",
        peer: "",
      },
    ];
    if (databaseUrl) rows.push(await verification(store));
    return rows;
  } finally {
    await client.close();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A core's worth: events by the processor seconds of the whole verifying process, which no other load can distort much. */
async function verification(store: Store): Promise<Row> {
  const started = performance.now();
  const busy = cpuSeconds();
  let checked = 0;
  let status = "";
  for await (const step of verifyInstance(store, await store.instances.get("bench"))) {
    if (step.type === "result") [checked, status] = [step.events, step.status];
  }
  const perSecond = checked / (cpuSeconds() - busy);
  const wall = checked / ((performance.now() - started) / 1000);
  return {
    what: `vigil verify, from columns, by second of processor (answer: ${status})`,
    figure: `${count(perSecond)} events/s; ${count(wall)} by the clock`,
    bar: "≥ 100,000 a core",
    peer: "",
    met: perSecond >= 100_000 && status === "intact",
  };
}

/** Of this process, all its threads. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function micros(seconds: number, events: number): string {
  return `${((seconds / events) * 1e6).toFixed(0)} µs`;
}

/** Mean of the newest-first page as it travels, without the schema. */
async function bytesPerEvent(client: Awaited<ReturnType<typeof connect>>): Promise<number> {
  const page = await client.pull({ limit: 5000 });
  return JSON.stringify(page.rows).length / Math.max(page.rows.length, 1);
}

export const count = (value: number) => Math.round(value).toLocaleString("en-US");
