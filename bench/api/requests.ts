import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { trailCursor } from "../../service/api/trail/cursor.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import type { Row } from "../report.ts";
import { serveApi } from "./server.ts";

/** Requests over 16 connections; processor time of this process alone, the load comes from another. */
export async function requests(store: Store, instance: Instance, count: number): Promise<Row[]> {
  const { api, origin } = await serveApi(store);
  const path = "/api/instances/bench/audit-trail?limit=50";
  const received_at = "2026-11-20T23:59:59.000000Z";
  const deeper = (n: number): string =>
    `${path}&cursor=${trailCursor({ received_at, seqs: { [instance.id]: instance.head_seq - n } })}`;
  const rows: Row[] = [];
  for (const [what, bar, address] of [
    ["the newest page of 50, as every open dashboard asks for it", 2000, () => path],
    ["pages of 50 that nobody asked for before", undefined, deeper],
  ] as const) {
    const paths = (from: number): string[] => Array.from({ length: count }, (_, n) => address(from + n));
    await load(origin, paths(0)); // the compiler's time is not the request's
    const before = process.cpuUsage();
    const started = performance.now();
    await load(origin, paths(count));
    const used = process.cpuUsage(before);
    const perSecond = count / ((used.user + used.system) / 1e6);
    const onTheClock = count / ((performance.now() - started) / 1000);
    rows.push({
      what: `requests: ${what}`,
      figure: `${Math.round(perSecond).toLocaleString("en-US")} for a second of one core (${Math.round(onTheClock)} /s on the clock, beside PostgreSQL and the load)`,
      bar: bar === undefined ? "" : `≥ ${bar.toLocaleString("en-US")} /s`,
      peer: "",
      ...(bar === undefined ? {} : { met: perSecond >= bar }),
    });
  }
  await api.close();
  return rows;
}

async function load(origin: string, paths: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "load.ts")], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.end(JSON.stringify({ origin, paths }));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The load ended with ${code}.`);
}
