import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sql, target } from "../e2e/target.ts";
import { cleanEnv, Vigil } from "../e2e/vigil-cli.ts";
import { ROUNDS, seeded } from "./random.ts";
import { type Committed, writer } from "./writers.ts";

const BIN = resolve(import.meta.dirname, "../../bin/vigil.js");
const WRITERS = 8;

const vigil = new Vigil();
afterAll(() => vigil.remove());

it(
  "what arrives is what committed: eight writers, a stranger's open transaction, kills between pages",
  async () => {
    const { postgres: url } = target();
    const psql = await sql(url);
    const { rows } = await psql.query(
      "INSERT INTO res_partner SELECT (jsonb_populate_record(p, jsonb_build_object('id', nextval('res_partner_id_seq'), 'name', 'Writer ' || n, 'ref', ''))).* FROM res_partner p, generate_series(1, 40) n WHERE p.id = 1 RETURNING id",
    );
    const partners = rows.map((row) => row.id as number);
    await vigil.add("acme", target(), "admin", "admin");
    await vigil.pull("acme");

    // a write transaction in this database and one in another, both older than everything that follows
    const strangers = [await sql(url), await sql(url.replace(/[^/]+$/, "postgres"))];
    for (const stranger of strangers) await stranger.query("BEGIN; SELECT pg_current_xact_id()");

    const random = seeded();
    console.log(`seed ${random.seed}`);
    const committed: Committed = new Map();
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: WRITERS }, (_, number) =>
        writer({
          url,
          name: `w${number}`,
          partners: partners.slice(number * 5, number * 5 + 5),
          transactions: 60 + ROUNDS * 10,
          random: seeded(random.seed + number + 1),
          committed,
        }),
      ),
    ).finally(() => {
      writing = false;
    });
    let rounds = 0;
    while (writing || rounds < ROUNDS) {
      rounds++;
      await killedPull(300 + random.below(1500));
    }
    await writers;
    // still before the strangers end: nobody waits for them
    await vigil.pull("acme");
    const events = await vigil.events("--model", "res.partner", "--kind", "record.updated");
    for (const stranger of strangers) await stranger.query("ROLLBACK").then(() => stranger.end());
    await psql.end();

    const arrived = events
      .flatMap((event) => event.changes.map((change) => ({ ...change, id: event.record_id })))
      .filter((change) => change.field === "ref" && /^w\d-/.test(String(change.after)))
      .map((change) => `${change.id} ${change.after}`);
    const expected = [...committed].map(([marker, partner]) => `${partner} ${marker}`);
    expect(expected.length).toBeGreaterThan(WRITERS * 20);
    expect(arrived.toSorted()).toEqual(expected.toSorted());
    expect(await vigil.ok(["verify", "--instance", "acme"])).toMatch(/intact/i);
  },
  60_000 + ROUNDS * 10_000,
);

/** `vigil pull`, ended with SIGKILL after so many milliseconds unless it was done before. */
async function killedPull(afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [BIN, "pull", "acme"], {
    env: { ...cleanEnv(), ...vigil.env },
    stdio: "ignore",
  });
  const killer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  await new Promise((done) => child.once("exit", done));
  clearTimeout(killer);
}
