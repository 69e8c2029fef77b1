import { placesFor } from "../../jobs/places.ts";
import { describeDevice, describeNetwork, describePlace } from "../../places/index.ts";
import { type Login, listLogins } from "../../sessions/index.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { cut, type Paint, painter, printable } from "../output/style.ts";
import { table } from "../output/table.ts";
import { readLimit, readRange } from "../sessions/options.ts";
import { chosenInstances } from "../sessions/refresh.ts";

/** `vigil logins list`: the IP log of every login and attempt, newest first. */
export const loginsList: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const instances = await chosenInstances(context, options.instance);
  const range = readRange(options, context.now());
  if (range.from && range.to && range.from > range.to) throw usage("--from is later than --to; swap them.");
  const places = await placesFor(context.settings);
  const limit = readLimit(options.limit);
  const items: Login[] = [];
  let cursor: string | undefined;
  do {
    const query = {
      instance: options.instance as string | undefined,
      user: options.user as string | undefined,
      ip: options.ip as string | undefined,
      failed: options.failed ? true : undefined,
      ...range,
      limit: Math.min(500, limit - items.length),
      cursor,
    };
    const page = await listLogins(store, query, places);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== undefined && items.length < limit);
  if (options.json) {
    await terminal.out(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    return EXIT.success;
  }
  if (items.length === 0) {
    await terminal.err("No login matches.\n");
    return EXIT.success;
  }
  const paint = painter(terminal.shape.color);
  const several = options.instance === undefined && instances.length > 1;
  const headings = ["SEQ", "TIME", "USER", "OUTCOME", "BY", "ADDRESS", "PLACE", "NETWORK", "DEVICE"];
  const rows = items.map((item) => [...(several ? [printable(item.instance)] : []), ...cells(item, paint)]);
  await terminal.out(table([...(several ? ["INSTANCE"] : []), ...headings], rows, paint, ["SEQ"]));
  if (cursor !== undefined) await terminal.err(paint("dim", `The newest ${limit}; --limit shows more.\n`));
  return EXIT.success;
};

function cells(item: Login, paint: Paint): string[] {
  const fresh = (is: boolean | undefined) => (is ? ` ${paint("yellow", "(new)")}` : "");
  const failed = item.outcome === "failed";
  return [
    String(item.seq),
    item.occurred_at.slice(0, 19).replace("T", " "),
    cut(printable(item.user?.login ?? item.login_tried ?? "—"), 28),
    failed ? paint("red", (item.reason ?? "failed").replaceAll("_", " ")) : paint("green", "ok"),
    [item.method, item.interface].filter(Boolean).join("/") || "—",
    printable(item.ip ?? "—"),
    cut(printable(describePlace(item.place)), 28) + fresh(item.first_seen?.country),
    cut(printable(describeNetwork(item.place)) || "—", 28),
    cut(printable(describeDevice(item.device)), 30) + fresh(item.first_seen?.device),
  ];
}
