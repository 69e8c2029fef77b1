import { join } from "node:path";
import { vitest } from "../steps.ts";
import type { Tally } from "../tally.ts";
import { errorsIn, Odoo } from "./odoo.ts";
import type { Postgres } from "./postgres.ts";
import type { Release } from "./releases.ts";
import type { Workshop } from "./workshop.ts";

/** What the scenario tests are told about the Odoo they run against. */
export interface Target {
  version: string;
  url: string;
  /** where websockets are answered, when the server has workers */
  gevent_port: number;
  database: string;
  /** Odoo's own database, for raw SQL */
  postgres: string;
}

export interface Place {
  release: Release;
  postgres: Postgres;
  workshop: Workshop;
  /** the writers with kills, too */
  faults: boolean;
}

/** The addon's tests take two minutes; what takes this long hangs, also where two releases share a slow machine. */
const LIMIT_MS = 10 * 60_000;

/** The addon's own tests in one release, then the scenario against a server of it. */
export async function testInOdoo(tally: Tally, place: Place): Promise<void> {
  const { release, postgres, workshop } = place;
  const step = (what: string) => `Odoo ${release.version}: ${what}`;
  const odoo = new Odoo(release, postgres, workshop);
  try {
    const template = odoo.name("template");
    const started = Date.now();
    // of 19's own, what a session has to get along with
    const beside = release.version === "19.0" ? ["auth_timeout"] : [];
    await odoo.install(template, ["sale_management", ...beside, "vigil"]);
    tally.add(step("installs the addon"), { passed: 1 }, `${Math.round((Date.now() - started) / 1000)} s`);
    await odoo.clone(template, odoo.name("addon"));
    await addonTests(tally, step("the addon's own tests"), odoo, odoo.name("addon"));
    // a database each: it obeys one service only, the one that acknowledged first
    const files = ["e2e/scenario", "e2e/sessions", ...(place.faults ? ["faults/writers"] : [])];
    for (const file of files) await e2e(tally, step(file), odoo, template, file, workshop);
  } catch (error) {
    console.log((error as Error).message);
    tally.add(step("runs"), { failed: 1 });
  }
}

async function addonTests(tally: Tally, step: string, odoo: Odoo, database: string): Promise<void> {
  const args = ["-u", "vigil", "--test-tags", "/vigil", "--stop-after-init", `--http-port=${await odoo.port()}`];
  const { status, log } = await odoo.run(database, args, { limitMs: LIMIT_MS });
  if (status === 124) {
    const last = log.match(/Starting \S+/g)?.at(-1) ?? "Nothing";
    return tally.add(step, { failed: 1 }, `ended after ${LIMIT_MS / 60_000} minutes; ${last} did not end`);
  }
  const counts = readCounts(log);
  if (counts.failed || status !== 0) console.log(errorsIn(log));
  if (!counts.passed && !counts.failed) return tally.add(step, { failed: 1 }, "no test ran");
  tally.add(step, { ...counts, failed: counts.failed || (status === 0 ? 0 : 1) });
}

/** `2 failed, 1 error(s) of 40 tests when loading database 'x'`, the last of it: at_install and post_install together. */
export function readCounts(log: string): { passed: number; failed: number; skipped: number } {
  const line = [...log.matchAll(/(\d+) failed, (\d+) error\(s\) of (\d+) tests/g)].at(-1);
  if (!line) return { passed: 0, failed: 0, skipped: 0 };
  const failed = Number(line[1]) + Number(line[2]);
  const skipped = [...log.matchAll(/: skipped (\S+)/g)].length;
  return { passed: Number(line[3]) - failed - skipped, failed, skipped };
}

async function e2e(
  tally: Tally,
  step: string,
  odoo: Odoo,
  template: string,
  file: string,
  workshop: Workshop,
): Promise<void> {
  const database = odoo.name(file.replace("/", "_"));
  await odoo.clone(template, database);
  // sessions must be held in every worker, and come from where they come
  const server = await odoo.serve(database, file === "e2e/sessions" ? ["--workers=2", "--proxy-mode"] : []);
  try {
    const { version } = odoo.release;
    const { url, gevent_port } = server;
    const target: Target = { version, url, gevent_port, database, postgres: odoo.postgres.url(database) };
    const report = join(workshop.dir, `${database}.json`);
    const args = ["--config", "test/odoo/vitest.config.ts", file];
    await vitest(tally, step, report, args, { VIGIL_TEST_ODOO: JSON.stringify(target) });
  } finally {
    await server.stop();
    await odoo.postgres.drop(database);
  }
}
