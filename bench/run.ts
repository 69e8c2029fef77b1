import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromiumPath } from "../test/dashboard/chromium.ts";
import { Odoo } from "../test/odoo/odoo.ts";
import { startPostgres } from "../test/odoo/postgres.ts";
import { findReleases } from "../test/odoo/releases.ts";
import { Workshop } from "../test/odoo/workshop.ts";
import { benchApi } from "./api.ts";
import { capture, type Peers } from "./capture.ts";
import { dashboard } from "./dashboard.ts";
import { benchPlaces } from "./places.ts";
import { type Row, table } from "./report.ts";
import { reports } from "./reports.ts";
import { service } from "./service.ts";
import { sessionOverhead } from "./sessions.ts";
import { count, fillOutbox, throughput } from "./throughput.ts";

/**
 * `npm run bench`: every figure beside its bar and its peer, from one run on one machine, with durable commits.
 *
 *   --release 17.0      which Odoo (default: the first found under ODOO_HOME)
 *   --rounds 30         paired rounds of the capture cost
 *   --events 60000      events in the outbox for the throughput
 *   --only capture,throughput,service,places,sessions,dashboard,reports,api
 *   --rows 1000000      of the workbook (its peers take two minutes at a million)
 *   --trail 20000000     events behind the API (two million by default: twenty take half an hour to write)
 *   --trail-store URL    a database that such a run has filled before
 *   --write             puts the table into README.md between its bench marks
 * AUDITLOG_HOME: a folder that holds OCA's `auditlog` for that release, to measure the peer in the same run.
 */
const { values: options } = parseArgs({
  options: {
    release: { type: "string" },
    rounds: { type: "string", default: "30" },
    events: { type: "string", default: "60000" },
    only: { type: "string", default: "capture,throughput,service,places,sessions,dashboard,reports,api" },
    rows: { type: "string", default: "1000000" },
    trail: { type: "string", default: "2000000" },
    "trail-store": { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const parts = new Set(options.only.split(","));
const release = findReleases().find((one) => !one.missing && (!options.release || one.version === options.release));
if (!release) {
  console.error("No Odoo to measure: put the sources of 17.0, 18.0 or 19.0 under ODOO_HOME (default ~/odoo).");
  process.exit(3);
}

const workshop = new Workshop("vigil-bench-");
const rows: Row[] = [];
try {
  const postgres = await startPostgres(workshop, { durable: true });
  const odoo = new Odoo(release, postgres, workshop);
  progress("a database without the addon");
  await odoo.install("plain", ["sale_management"]);
  progress("one with it");
  await odoo.clone("plain", "tracked");
  await odoo.install("tracked", ["vigil"]);
  const peers = parts.has("capture") ? await captureCost(odoo) : undefined;
  if (parts.has("sessions")) {
    progress("requests with sessions tracked");
    const [plain, with_] = [await odoo.serve("plain"), await odoo.serve("tracked")];
    const { plain_ms, tracked_ms, overhead_ms } = await sessionOverhead(plain, with_);
    await plain.stop();
    await with_.stop();
    rows.push({
      what: "a request in Odoo: session tracked, revocation and policy checked, call attributed (median of 400 pairs)",
      figure: `${overhead_ms.toFixed(2)} ms more`,
      bar: "0.3 ms",
      peer: `${plain_ms.toFixed(2)} ms without the addon, ${tracked_ms.toFixed(2)} ms with it`,
      met: overhead_ms <= 0.3,
    });
  }
  if (parts.has("throughput") || parts.has("service")) {
    progress("filling the outbox");
    if (parts.has("throughput")) await fillOutbox(postgres, "tracked", Number(options.events));
    await postgres.create("store");
    await odoo.clone("tracked", "tracked_embedded");
    const server = await odoo.serve("tracked");
    progress("outbox → PostgreSQL, verify");
    rows.push(...(await throughput(server, postgres.url("store"), peers?.readPerSecond)));
    if (parts.has("service")) {
      progress("commit → readable, start, weight (two minutes)");
      rows.push(...(await service(server, postgres, "store", workshop.dir)));
    }
    await server.stop();
    if (parts.has("reports")) {
      progress("workbooks of a million rows, by three writers (three minutes)");
      const filled = { url: postgres.url("store"), secret: "00".repeat(32) };
      rows.push(
        ...reports({ rows: Number(options.rows), peers: true, store: parts.has("throughput") ? filled : undefined }),
      );
    }
    const embedded = await odoo.serve("tracked_embedded");
    progress("outbox → PGlite");
    rows.push(...(await throughput(embedded, undefined, undefined)));
  }
  if (parts.has("dashboard")) {
    if (chromiumPath === undefined) progress("no Chromium on this machine: the dashboard is not measured");
    else {
      progress("the dashboard with a million events behind it (three minutes)");
      await postgres.create("dashboard");
      rows.push(...(await dashboard(postgres.url("dashboard"))));
    }
  }
  if (parts.has("api")) {
    progress("the API over a year of events");
    if (options["trail-store"] === undefined) await postgres.create("trail");
    const url = options["trail-store"] ?? postgres.url("trail");
    rows.push(...(await benchApi({ url, events: Number(options.trail) })));
  }
} catch (error) {
  console.error(error); // what was measured before is worth its minutes
  process.exitCode = 1;
} finally {
  await workshop.close();
}
if (parts.has("places")) {
  progress("device and place of logins");
  const { strangers_per_minute, known_per_minute } = await benchPlaces();
  rows.push({
    what: "logins enriched with device and place, one core, each with an address and a user agent never seen before",
    figure: `${count(strangers_per_minute)}/min`,
    bar: "100,000/min",
    peer: `${count(known_per_minute)}/min when they were seen before`,
    met: strangers_per_minute >= 100_000,
  });
}
const where = `Odoo ${release.version}, ${cpus().length} cores, PostgreSQL with durable commits, ${new Date().toISOString().slice(0, 10)}`;
const report = `${table(rows)}\n\n${where}; ${options.rounds} paired rounds for the cost of capture.`;
console.log(`\n${report}`);
if (options.write) writeReadme(report);
process.exit(rows.some((row) => row.met === false) ? 1 : process.exitCode);

async function captureCost(odoo: Odoo): Promise<Peers | undefined> {
  const why = whyNoPeer(odoo.release.version);
  if (why) progress(`the peer is not measured: ${why}`);
  else {
    progress("one with OCA auditlog");
    odoo.extraAddons.push(resolve(process.env.AUDITLOG_HOME!));
    await odoo.clone("plain", "peer");
    await odoo.install("peer", ["auditlog"]);
  }
  await odoo.clone("tracked", "tracked_rounds");
  const places = { plain: "plain", tracked: "tracked_rounds", ...(why ? {} : { auditlog: "peer" }) };
  const result = await capture(odoo, { rounds: Number(options.rounds), ...places });
  rows.push(...result.rows);
  if (result.peers) progress(`auditlog reads ${count(result.peers.readPerSecond)} changes/s`);
  return result.peers;
}

function whyNoPeer(version: string): string | undefined {
  const home = process.env.AUDITLOG_HOME;
  if (!home) return "AUDITLOG_HOME is not set";
  const manifest = join(home, "auditlog/__manifest__.py");
  if (!existsSync(manifest)) return `AUDITLOG_HOME=${home} holds no auditlog`;
  const series = /"version": "(\d+\.\d+)\./.exec(readFileSync(manifest, "utf8"))?.[1];
  return series === version
    ? undefined
    : `the auditlog in AUDITLOG_HOME is for Odoo ${series}, take --release ${series}`;
}

function writeReadme(text: string): void {
  const path = resolve(import.meta.dirname, "../README.md");
  const readme = readFileSync(path, "utf8");
  writeFileSync(path, readme.replace(/(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/, `$1\n\n${text}\n\n$2`));
}

function progress(text: string): void {
  console.error(`· ${text}`);
}
