import type { Change } from "../../../odoo_addon_client/event.ts";
import type { StoredEvent } from "../../store/types.ts";
import { cut, type Paint, padEnd, padStart, plural, printable } from "../output/style.ts";
import { showRecord, showValue } from "../output/value.ts";

const VERB_COLOURS: [RegExp, Parameters<Paint>[0]][] = [
  [/created$/, "green"],
  [/deleted$/, "red"],
  [/^tracking\.|^operation\./, "magenta"],
  [/updated$/, "yellow"],
];
/** More lines of one event than this hide the next event; `--json` shows all. */
const MOST_CHANGES = 12;

export interface PageOptions {
  /** the terminal's width */
  columns?: number | undefined;
  paint: Paint;
  /** several instances are shown: name each event's */
  several: boolean;
  /** fields shown of one event, default 12 */
  most?: number;
}

/** An event for people: a headline, then a line for each changed field with its values before and after. */
export function eventPage(event: StoredEvent, options: PageOptions): string {
  const { paint } = options;
  const columns = Math.max(options.columns ?? 160, 60);
  const colour = VERB_COLOURS.find(([pattern]) => pattern.test(event.kind))?.[1] ?? "cyan";
  const time = event.occurred_at.replace("T", " ").replace(/(\.\d+)?Z$/, "");
  const head = [
    paint("dim", padStart(String(event.seq), 7)),
    paint("dim", time),
    ...(options.several ? [padEnd(cut(printable(event.instance), 12), 12)] : []),
    paint(colour, padEnd(event.kind, 16)),
    subject(event, paint),
    paint("dim", `· ${actor(event)}`),
  ].join("  ");
  return [head, ...changeLines(event, columns, options)].map((line) => `${line}\n`).join("");
}

function subject(event: StoredEvent, paint: Paint): string {
  if (!event.model) return "";
  const id = event.record_id === undefined ? "" : `,${event.record_id}`;
  const name = event.record_name ? ` ${paint("bold", cut(printable(event.record_name), 48))}` : "";
  return `${printable(event.model)}${id}${name}`;
}

/** Who and by what way: "admin via /web/dataset/call_kw from 10.0.0.7", "cron Currency rates". */
function actor(event: StoredEvent): string {
  const { origin, user, as_user } = event;
  const who = user ? printable(user.login) + (as_user ? ` as ${printable(as_user.login)}` : "") : "nobody";
  const name = origin.name ? ` “${cut(printable(origin.name), 40)}”` : "";
  const way =
    origin.type === "rpc" || origin.type === "http"
      ? (origin.method ?? origin.route ?? origin.type)
      : `${origin.type}${name}`;
  return [
    user || origin.type === "sql" ? `${who} by ${printable(way)}` : printable(way),
    event.ip ? `from ${event.ip}` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function changeLines(event: StoredEvent, columns: number, { paint, most = MOST_CHANGES }: PageOptions): string[] {
  const shown = event.changes.slice(0, most);
  const labels = shown.map((change) => cut(printable(changeLabel(change)), 26));
  const widest = Math.max(0, ...labels.map((label) => label.length));
  const indent = " ".repeat(9);
  const room = Math.max(16, columns - indent.length - widest - 4);
  const lines = shown.map(
    (change, index) => `${indent}${padEnd(labels[index]!, widest)}  ${changeText(event, change, room, paint)}`,
  );
  if (event.details)
    lines.push(`${indent}${paint("dim", cut(printable(JSON.stringify(event.details)), columns - indent.length))}`);
  const hidden = event.changes.length - shown.length;
  if (hidden > 0) lines.push(`${indent}${paint("dim", `… and ${plural(hidden, "more field")}`)}`);
  return lines;
}

function changeLabel(change: Change): string {
  const scope = change.lang ?? change.company?.name ?? (change.company ? `company ${change.company.id}` : undefined);
  return scope ? `${change.label} (${scope})` : change.label;
}

function changeText(event: StoredEvent, change: Change, room: number, paint: Paint): string {
  if (change.redacted) return paint("dim", "changed (a secret: its value was never recorded)");
  if (change.added || change.removed) {
    const names = (records: NonNullable<Change["added"]>) =>
      cut(records.map(showRecord).join(", "), Math.floor(room / 2));
    return [
      ...(change.added?.length ? [paint("green", `+ ${names(change.added)}`)] : []),
      ...(change.removed?.length ? [paint("red", `− ${names(change.removed)}`)] : []),
    ].join("  ");
  }
  if (event.kind === "record.created") return paint("green", cut(showValue(change.after), room));
  if (event.kind === "record.deleted") return paint("red", cut(showValue(change.before), room));
  const half = Math.floor((room - 3) / 2);
  return `${paint("red", cut(showValue(change.before), half))} ${paint("dim", "→")} ${paint("green", cut(showValue(change.after), half))}`;
}
