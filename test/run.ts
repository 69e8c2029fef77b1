import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareCoreTests } from "./odoo/core-tests.ts";
import { type Postgres, postgresBin, startPostgres } from "./odoo/postgres.ts";
import { findReleases, type Release } from "./odoo/releases.ts";
import { testInOdoo } from "./odoo/suite.ts";
import { Workshop } from "./odoo/workshop.ts";
import { checkTool, vitest } from "./steps.ts";
import { Tally } from "./tally.ts";

/**
 * `npm test`: types, style, unit tests (on PGlite and on a throw-away PostgreSQL), then the addon's tests and the
 * scenario in every Odoo release found under ODOO_HOME. What cannot run here is said and counted as skipped.
 *
 *   --only unit|odoo     one half
 *   --release 17.0       one release
 *   --faults             200 rounds of kill -9 instead of 20
 *   --odoo-core          Odoo's own tests of base and sale, with and without the addon (npm run test:odoo)
 */
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    release: { type: "string" },
    faults: { type: "boolean", default: false },
    "odoo-core": { type: "boolean", default: false },
  },
});
if (options.faults) process.env.VIGIL_FAULT_ROUNDS ??= "200";

const tally = new Tally();
const workshop = new Workshop();
try {
  const postgres = postgresBin() ? await startPostgres(workshop) : undefined;
  if (!postgres) console.log("No PostgreSQL server on this machine: what needs one is skipped.");
  if (!options["odoo-core"] && options.only !== "odoo") await unit();
  if (options.only !== "unit") await inEveryOdoo(postgres);
} finally {
  await workshop.close();
}
if (tally.problems.length) console.log(`\nFailed: ${tally.problems.join("; ")}`);
console.log(tally.line());
process.exit(tally.failed ? 1 : 0);

async function unit(): Promise<void> {
  if (!options.faults) {
    await checkTool(tally, "types", "tsc", ["--noEmit"]);
    await checkTool(tally, "types of the dashboard", "tsc", ["--noEmit", "-p", "dashboard"]);
    await checkTool(tally, "style", "biome", ["check", "."]);
  }
  const report = join(workshop.dir, "unit.json");
  await vitest(tally, "unit tests", report, options.faults ? ["test/faults"] : []);
}

async function inEveryOdoo(postgres: Postgres | undefined): Promise<void> {
  const usable: Release[] = [];
  for (const release of findReleases()) {
    if (options.release && options.release !== release.version) continue;
    const missing = release.missing ?? (postgres ? undefined : "no PostgreSQL server");
    if (missing) tally.add(`Odoo ${release.version}`, { skipped: 1 }, missing);
    else usable.push(release);
  }
  // eight writers against one release, the newest: what they try is PostgreSQL's and ours, not Odoo's. All with --faults.
  const faults = (release: Release) => options.faults || release === usable.at(-1);
  if (options["odoo-core"]) {
    for (const release of usable) await compareCoreTests(tally, release, postgres!, workshop);
    return;
  }
  // all at a time: an Odoo keeps two thirds of a core busy, the rest it waits for the database and for us
  const test = (release: Release) =>
    testInOdoo(tally, { release, postgres: postgres!, workshop, faults: faults(release) });
  await Promise.all(usable.map(test));
}
