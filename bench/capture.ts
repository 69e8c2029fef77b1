import type { Odoo } from "../test/odoo/odoo.ts";
import { openShell, type Shell } from "./odoo-shell.ts";
import type { Row } from "./report.ts";
import { interval, median, ratio } from "./statistics.ts";

type Round = Record<Work, number>;
type Work = "batch" | "single" | "create_unlink" | "writes" | "bulk";

const WORK: Record<Work, { what: string; rows: number; bar?: number }> = {
  batch: { what: "500 partners created in a batch", rows: 500, bar: 1.2 },
  single: { what: "200 created one by one", rows: 200, bar: 1.2 },
  create_unlink: { what: "200 created and unlinked", rows: 200, bar: 1.2 },
  writes: { what: "200 written one by one", rows: 200 },
  bulk: { what: "200 written in one statement", rows: 200 },
};

export interface CaptureOptions {
  rounds: number;
  /** database without the addon, with it, and (where there is one) with OCA auditlog */
  plain: string;
  tracked: string;
  auditlog?: string;
}

/** What capture costs in Odoo: paired rounds, committed, in two processes whose turns alternate. */
export async function capture(odoo: Odoo, options: CaptureOptions): Promise<{ rows: Row[]; peers?: Peers }> {
  const plain = await openShell(odoo, options.plain);
  const tracked = await openShell(odoo, options.tracked);
  const pairs: [Round, Round][] = [];
  for (let round = -2; round < options.rounds; round++) {
    // two rounds to warm up; then who begins alternates, so that a drift of the machine hits both
    const first = round % 2 ? plain : tracked;
    const one = await first.ask<Round>({ do: "round" });
    const other = await (first === plain ? tracked : plain).ask<Round>({ do: "round" });
    if (round >= 0) pairs.push(first === plain ? [one, other] : [other, one]);
    process.stderr.write(`\rcapture: round ${round + 1} of ${options.rounds} `);
  }
  process.stderr.write("\n");
  await tracked.end();
  const peers = options.auditlog ? await auditlog(odoo, options.auditlog, plain) : undefined;
  await plain.end();
  const rows = (Object.keys(WORK) as Work[]).flatMap((work) => rowsOf(work, pairs, peers));
  return peers ? { rows, peers } : { rows };
}

export interface Peers {
  fast: [Round, Round];
  full: [Round, Round];
  /** changes a second when auditlog's log is read by `search_read`, in process: no network at all */
  readPerSecond: number;
}

function rowsOf(work: Work, pairs: [Round, Round][], peers?: Peers): Row[] {
  const { what, rows, bar } = WORK[work];
  const times = pairs.map(([plain, tracked]): [number, number] => [plain[work], tracked[work]]);
  const factor = ratio(times);
  const more = interval(times.map(([plain, tracked]) => (tracked - plain) / rows));
  const untracked = median(times.map(([plain]) => plain));
  const peer =
    peers &&
    (["fast", "full"] as const).map(
      (type) => `auditlog ${type} ${fixed(peers[type][1][work] / peers[type][0][work])} ×`,
    );
  const result: Row[] = [
    {
      what,
      figure: `${fixed(factor.mean)} × untracked (95 %: ${fixed(factor.low)}–${fixed(factor.high)})`,
      bar: bar ? `≤ ${bar.toFixed(2)} ×` : "",
      peer: [`untracked ${untracked.toFixed(0)} ms`, ...(peer ?? [])].join(", "),
      met: bar ? factor.high <= bar : undefined,
    },
  ];
  if (work === "writes" || work === "bulk") {
    const full = peers && (peers.full[1][work] - peers.full[0][work]) / rows;
    result.push({
      what: `a written row, ${work === "bulk" ? "in bulk" : "one by one"}`,
      figure: `${more.mean.toFixed(3)} ms more (95 %: ${more.low.toFixed(3)}–${more.high.toFixed(3)})`,
      bar: "≤ 0.15 ms",
      peer: full === undefined ? "" : `auditlog full ${fixed(full)} ms more`,
      met: more.high <= 0.15,
    });
  }
  return result;
}

/** The peer, a round of each kind: at 17–30 × a round takes a minute. */
async function auditlog(odoo: Odoo, database: string, plain: Shell): Promise<Peers> {
  const result = { readPerSecond: 0 } as Peers;
  for (const type of ["fast", "full"] as const) {
    const name = `${database}_${type}`;
    await odoo.clone(database, name);
    const shell = await openShell(odoo, name);
    await shell.ask({ do: "auditlog", type });
    result[type] = [await plain.ask<Round>({ do: "round" }), await shell.ask<Round>({ do: "round" })];
    const read = await shell.ask<{ changes: number; ms: number }>({ do: "read" });
    result.readPerSecond = (read.changes / read.ms) * 1000;
    await shell.end();
  }
  return result;
}

const fixed = (value: number) => value.toFixed(2);
