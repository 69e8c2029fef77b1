import type { Tally } from "../tally.ts";
import { Odoo } from "./odoo.ts";
import type { Postgres } from "./postgres.ts";
import type { Release } from "./releases.ts";
import { readCounts } from "./suite.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Odoo's own tests of `base` and `sale`, without the addon and with it: the same places must fail. Some fail on a
 * bare machine (no wkhtmltopdf, no Chrome), which is why the comparison is between two runs and not with zero.
 */
export async function compareCoreTests(
  tally: Tally,
  release: Release,
  postgres: Postgres,
  workshop: Workshop,
): Promise<void> {
  const odoo = new Odoo(release, postgres, workshop);
  const plain = odoo.name("plain");
  await odoo.install(plain, ["sale_management"]);
  await odoo.clone(plain, odoo.name("with_addon"));
  await odoo.install(odoo.name("with_addon"), ["vigil"]);
  const [without, withAddon] = await Promise.all([failures(odoo, plain), failures(odoo, odoo.name("with_addon"))]);
  const added = [...withAddon.names].filter((name) => !without.names.has(name));
  const gone = [...without.names].filter((name) => !withAddon.names.has(name));
  for (const name of added) console.log(`  fails only with the addon: ${name}\n${excerpt(withAddon.log, name)}`);
  for (const name of gone) console.log(`  fails only without the addon: ${name}`);
  const note = `${without.names.size} fail on this machine without the addon, ${withAddon.names.size} with it`;
  tally.add(
    `Odoo ${release.version}: its own tests of base and sale`,
    { passed: Math.max(withAddon.total - withAddon.names.size, 0), failed: added.length, skipped: gone.length },
    note,
  );
}

interface Outcome {
  names: Set<string>;
  total: number;
  log: string;
}

async function failures(odoo: Odoo, database: string): Promise<Outcome> {
  const { log } = await odoo.run(database, [
    ...["-u", "base", "--test-tags", "/base,/sale", "--stop-after-init", `--http-port=${await odoo.port()}`],
  ]);
  const names = new Set([...log.matchAll(/ (?:FAIL|ERROR): (\S+)/g)].map((match) => match[1]!));
  const counts = readCounts(log);
  if (!counts.passed) throw new Error(`Odoo ${odoo.release.version} ran no test of base and sale.`);
  return { names, total: counts.passed + counts.failed, log };
}

/** The traceback of a failure: the lines after its own up to the next one of the log. */
function excerpt(log: string, name: string): string {
  const lines = log.split("\n");
  const start = lines.findIndex((line) => / (FAIL|ERROR): /.test(line) && line.includes(name));
  const end = lines.findIndex((line, index) => index > start && /^\d{4}-\d\d-\d\d /.test(line));
  return lines
    .slice(start + 1, end)
    .map((line) => `    ${line}`)
    .join("\n");
}
