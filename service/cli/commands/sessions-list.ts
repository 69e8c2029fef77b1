import { describeDevice, describePlace } from "../../places/index.ts";
import { listSessions, type Session } from "../../sessions/index.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../failure.ts";
import { showLengthWithin, showTime } from "../output/length.ts";
import { cut, type Paint, painter, printable } from "../output/style.ts";
import { table } from "../output/table.ts";
import { readLimit } from "../sessions/options.ts";
import { chosenInstances, refreshSessions } from "../sessions/refresh.ts";

/** `vigil sessions list`: who is in Odoo, from which device and place, for how long; newest first. */
export const sessionsList: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const instances = await chosenInstances(context, options.instance);
  await refreshSessions(context, instances);
  const limit = readLimit(options.limit);
  const items: Session[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSessions(store, {
      instance: options.instance as string | undefined,
      user: options.user as string | undefined,
      live: options.live ? true : undefined,
      limit: Math.min(500, limit - items.length),
      cursor,
    });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== undefined && items.length < limit);
  if (options.json) {
    await terminal.out(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    return EXIT.success;
  }
  if (items.length === 0) {
    await terminal.err(options.live ? "Nobody is logged in.\n" : "No session is known yet.\n");
    return EXIT.success;
  }
  const paint = painter(terminal.shape.color);
  const several = options.instance === undefined && instances.length > 1;
  const headings = ["SESSION", "USER", "STARTED", "DURATION", "DEVICE", "PLACE", "ADDRESS", "STATE"];
  const rows = items.map((item) => [...(several ? [printable(item.instance)] : []), ...cells(item, paint)]);
  await terminal.out(table([...(several ? ["INSTANCE"] : []), ...headings], rows, paint));
  if (cursor !== undefined) await terminal.err(paint("dim", `The newest ${limit}; --limit shows more.\n`));
  return EXIT.success;
};

function cells(item: Session, paint: Paint): string[] {
  return [
    item.session.slice(0, 12),
    cut(printable(item.user.login), 28),
    showTime(item.started_at),
    showLengthWithin(item.duration_s, item.precision_s),
    cut(printable(describeDevice(item.device)), 32),
    cut(printable(describePlace(item.place)), 28),
    printable(item.place.ip ?? "—"),
    state(item, paint),
  ];
}

function state(item: Session, paint: Paint): string {
  if (item.stale) return paint("yellow", "live when last heard of");
  if (item.live) return paint("green", "live");
  const by = item.ended_by as { service?: string; login?: string } | undefined;
  const who = by?.service ?? by?.login;
  const end = item.ended_at ? ` ${showTime(item.ended_at)}` : "";
  return `${(item.end_reason ?? "ended").replaceAll("_", " ")}${who ? ` by ${printable(who)}` : ""}${end}`;
}
