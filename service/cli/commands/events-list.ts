import type { EventFilter } from "../../store/types.ts";
import type { Command } from "../command.ts";
import { eventLine } from "../events/line.ts";
import { eventPage } from "../events/page.ts";
import { readTime } from "../events/when.ts";
import { EXIT, usage } from "../failure.ts";
import { count, painter, plural } from "../output/style.ts";

export const DEFAULT_LIMIT = 100;
/** Written at once: fewer, larger writes make a million lines four times faster. */
const CHUNK = 64 * 1024;

/** `vigil events list`: ascending `seq`; both ends of the time are inclusive. */
export const eventsList: Command = async (context, { options }) => {
  const { terminal, store } = context;
  const filter = readFilter(options, context.now());
  if (filter.instance) await store.instances.get(filter.instance);
  const limit = filter.limit!;
  const several = !filter.instance && (await store.instances.list()).length > 1;
  const paint = painter(terminal.shape.color);
  const page = { paint, several, columns: terminal.shape.columns };
  let shown = 0;
  let text = "";
  for await (const event of store.events.query(filter)) {
    terminal.signal.throwIfAborted();
    text += options.json ? `${eventLine(event)}\n` : eventPage(event, page);
    shown += 1;
    if (text.length >= CHUNK) {
      await terminal.out(text);
      text = "";
    }
  }
  await terminal.out(text);
  if (!options.json) await summarise();
  return EXIT.success;

  async function summarise(): Promise<void> {
    if (shown < limit) return terminal.err(shown ? "" : "No event matches.\n");
    const { limit: _, ...all } = filter;
    const total = await store.events.count(all);
    if (total > shown)
      await terminal.err(
        paint(
          "dim",
          `The first ${count(shown)} of ${plural(total, "event")}; --limit shows more, --from and --model narrow it down.\n`,
        ),
      );
  }
};

/** Also used by what will export events: the options of `events list` as the store's filter. */
export function readFilter(options: Record<string, unknown>, now: Date): EventFilter {
  const text = (name: string) => (typeof options[name] === "string" ? (options[name] as string) : undefined);
  const time = (end: "from" | "to") => (text(end) === undefined ? undefined : readTime(text(end)!, end, now));
  const filter: EventFilter = {
    instance: text("instance"),
    model: text("model"),
    record_id: readNumber(text("record"), "--record", 0),
    user: text("user"),
    kind: text("kind"),
    from: time("from"),
    to: time("to"),
    limit: readNumber(text("limit"), "--limit", 1) ?? DEFAULT_LIMIT,
  };
  if (filter.from && filter.to && filter.from > filter.to) throw usage("--from is later than --to; swap them.");
  return filter;
}

function readNumber(text: string | undefined, name: string, minimum: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value < minimum) throw usage(`${name} must be a whole number from ${minimum}, not "${text}".`);
  return value;
}
