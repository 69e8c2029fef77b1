import type { Store } from "../../service/store/index.ts";
import { readTrail } from "../../service/store/trail.ts";
import type { TrailFilter } from "../../service/store/trail-filter.ts";
import type { Row } from "../report.ts";
import { percentile } from "../statistics.ts";

/** Each named filter, by values that are common, rare and absent, at any place of the year. */
export async function pages(store: Store, id: string, rounds: number): Promise<Row[]> {
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
      await timed(`page of 50 by ${name}`, 50, rounds, (n) =>
        readTrail(store, { instances: [id], filter: filter(n), limit: 50 }),
      ),
    );
  rows.push(
    await timed("page of 50 at offset 10,000", 50, rounds, () =>
      readTrail(store, { instances: [id], filter: {}, limit: 50, offset: 10_000 }),
    ),
  );
  rows.push(
    await timed("free text in the newest 10,000", 50, rounds, (n) =>
      readTrail(store, { instances: [id], filter: { q: `berlin ${1_990_000 + n}` }, limit: 50 }),
    ),
  );
  return rows;
}

export function history(store: Store, id: string, rounds: number): Promise<Row> {
  return timed("history of a record", 20, rounds, (n) =>
    readTrail(store, { instances: [id], filter: { model: "res.partner", record_id: 70 + n }, limit: 50 }),
  );
}

async function timed(
  what: string,
  bar: number | undefined,
  rounds: number,
  ask: (n: number) => Promise<unknown>,
): Promise<Row> {
  await ask(0);
  const ms: number[] = [];
  for (let n = 1; n <= rounds; n++) {
    const started = performance.now();
    await ask(n);
    ms.push(performance.now() - started);
  }
  const p95 = percentile(ms, 0.95);
  console.error(`· ${what}: p95 ${p95.toFixed(1)} ms`);
  return {
    what,
    figure: `p95 ${p95.toFixed(1)} ms (median ${percentile(ms, 0.5).toFixed(1)})`,
    bar: bar === undefined ? "" : `≤ ${bar} ms`,
    peer: "",
    ...(bar === undefined ? {} : { met: p95 <= bar }),
  };
}
