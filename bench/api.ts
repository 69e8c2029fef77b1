import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openStore } from "../service/store/index.ts";
import { exports } from "./api/exports.ts";
import { fill } from "./api/fill.ts";
import { history, pages } from "./api/pages.ts";
import { requests } from "./api/requests.ts";
import { stream } from "./api/stream.ts";
import { type Row, table } from "./report.ts";

export interface ApiBenchOptions {
  /** an empty database, or one that was filled by this */
  url: string;
  events: number;
  rounds?: number;
  requests?: number;
  only?: string[];
}

/** The API over many events: pages by every filter, a record's history, requests of a core, exports. */
export async function benchApi(options: ApiBenchOptions): Promise<Row[]> {
  const only = new Set(options.only ?? ["pages", "requests", "stream", "exports"]);
  const dataDir = mkdtempSync(join(tmpdir(), "vigil-bench-api-"));
  const clock = (): Date => new Date("2026-11-20T12:00:00Z");
  const store = await openStore({ databaseUrl: options.url, dataDir, secretKey: "00".repeat(32), clock });
  try {
    const [known] = await store.instances.list();
    const { id } =
      known ?? (await store.instances.add({ name: "bench", url: "http://127.0.0.1:1", db: "b", login: "l", key: "k" }));
    if (known === undefined) await fill(store, id, options.events, 364);
    const instance = await store.instances.get("bench");
    const rows: Row[] = [];
    if (only.has("pages")) {
      rows.push(...(await pages(store, id, options.rounds ?? 40)));
      rows.push(await history(store, id, options.rounds ?? 40));
    }
    if (only.has("requests")) rows.push(...(await requests(store, instance, options.requests ?? 10_000)));
    if (only.has("stream")) rows.push(await stream(store, instance, options.rounds ?? 40));
    // the newest tenth of the year
    if (only.has("exports")) rows.push(...(await exports(options.url, "2026-10-15T00:00:00Z")));
    const size = instance.head_seq.toLocaleString("en-US");
    return rows.map((row) => ({ ...row, what: `${size} events: ${row.what}` }));
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/* Alone: `node bench/api.ts --url postgres://…/DATABASE [--events 20000000] [--only pages,requests,stream,exports]`. */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      events: { type: "string", default: "2000000" },
      rounds: { type: "string", default: "40" },
      requests: { type: "string", default: "10000" },
      only: { type: "string", default: "pages,requests,stream,exports" },
    },
  });
  if (values.url === undefined) throw new Error("Give an empty database: --url postgres://user@host/database");
  const { url, events, rounds, only } = values;
  const options = { url, events: Number(events), rounds: Number(rounds), only: only.split(",") };
  console.log(table(await benchApi({ ...options, requests: Number(values.requests) })));
}
