import {
  FORMATS,
  findWorkbook,
  type ReportFormat,
  type ReportRequest,
  runReport,
  storeSource,
  THEMES,
  WORKBOOKS,
} from "../../../reports/index.ts";
import { osUser, writeAudit } from "../../audit/index.ts";
import type { Store } from "../../store/types.ts";
import type { Command, Context } from "../command.ts";
import { readTime } from "../events/when.ts";
import { EXIT, usage } from "../failure.ts";
import { progress } from "../output/progress.ts";
import { painter, plural, printable } from "../output/style.ts";
import { table } from "../output/table.ts";
import { showSize } from "../output/value.ts";
import { VERSION } from "../version.ts";

/** `vigil report list`: every report, and the themes. */
export const reportList: Command = async ({ terminal }) => {
  const paint = painter(terminal.shape.color);
  await terminal.out(
    table(
      ["REPORT", "WHAT IS IN IT"],
      WORKBOOKS.map(({ name, about }) => [name, about]),
      paint,
    ),
  );
  await terminal.out(
    `\n${table(
      ["THEME", ""],
      THEMES.map(({ name, about }) => [name, about]),
      paint,
    )}`,
  );
  return EXIT.success;
};

/** `vigil report NAME --out FILE`: makes it in a thread of its own, and writes that into the service's own log. */
export const report: Command = async (context, { arguments: [name], options }) => {
  const { terminal, store } = context;
  if (typeof options.out !== "string") throw usage("Say where to write it: --out report.xlsx.");
  const path = options.out;
  const request = await readRequest(context, name!, options);
  const bar = progress(terminal, `Making ${name}`);
  const startedAt = performance.now();
  const made = await runReport({
    request,
    source: storeSource(store),
    path,
    made_at: context.now(),
    made_by: `${terminal.user} (command line)`,
    vigil_version: VERSION,
    signal: terminal.signal,
    progress: (share, step) => void bar.update(Math.round(share * 100), 100, step),
  }).finally(() => bar.end());
  await store.database.transaction((tx) =>
    writeAudit(tx, {
      action: "report.created",
      actor: osUser(terminal.user),
      organisation_id: store.organisationId,
      resource_type: "report",
      resource_name: made.title,
      method: "cli",
      details: { ...request, events: made.events, rows: made.rows },
    }),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  await terminal.out(
    `${printable(path)}: ${plural(made.rows, "row")} of ${plural(made.events, "event")}, ${showSize(made.size_bytes)}, in ${seconds} s.\n`,
  );
  if (made.events === 0) await terminal.err("Nothing that matches was recorded in this period; the report says so.\n");
  else if (request.format === "xlsx") await terminal.err(`Anybody can check it: vigil verify ${printable(path)}\n`);
  return EXIT.success;
};

async function readRequest(context: Context, name: string, options: Record<string, unknown>): Promise<ReportRequest> {
  const text = (key: string): string | undefined =>
    typeof options[key] === "string" ? (options[key] as string) : undefined;
  const now = context.now();
  const format = formatOf(text("format"), String(options.out));
  findWorkbook(name);
  const record = text("record");
  if (record !== undefined && !/^\d{1,10}$/.test(record))
    throw usage(`--record must be a record's number, not "${printable(record)}".`);
  const optional = {
    from: text("from") === undefined ? undefined : readTime(text("from")!, "from", now),
    to: text("to") === undefined ? undefined : readTime(text("to")!, "to", now),
    user: text("user"),
    model: text("model"),
    record_id: record === undefined ? undefined : Number(record),
    kind: text("kind"),
    theme: text("theme"),
    time_zone: text("timeZone"),
  };
  return {
    name,
    instance_ids: await instanceIds(context.store, text("instance")),
    format,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<ReportRequest>),
  };
}

/** One by name; without a name all there are. */
async function instanceIds(store: Store, name: string | undefined): Promise<string[]> {
  if (name !== undefined) return [(await store.instances.get(name)).id];
  return (await store.instances.list()).map(({ id }) => id);
}

function formatOf(format: string | undefined, path: string): ReportFormat {
  const wanted = format ?? (path.endsWith(".ndjson") ? "ndjson" : /\.(csv|zip)$/.test(path) ? "csv" : "xlsx");
  const found = FORMATS.find((one) => one === wanted);
  if (found === undefined)
    throw usage(`There is no format "${printable(wanted)}"; choose one of ${FORMATS.join(", ")}.`);
  return found;
}
