import { usage } from "../failure.ts";

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Reads `--from` and `--to` in UTC: a day ("2026-11-21"), a time ("2026-11-21T09:14", with or without Z), or so long
 * ago ("90m", "24h", "7d"). Both ends are inclusive, so a day, minute or second as `--to` means its last microsecond.
 * Answers ISO 8601 with microseconds, the store's precision.
 */
export function readTime(text: string, end: "from" | "to", now: Date): string {
  const ago = /^(\d{1,5})([smhdw])$/.exec(text);
  if (ago) return micro(new Date(now.getTime() - Number(ago[1]) * UNITS[ago[2]!]!), "000");
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text,
  );
  const [, day, minute, second, fraction, zone = "Z"] = parts ?? [];
  if (!day) throw notTime(text, end);
  const last = end === "to";
  const fill = last ? "9" : "0";
  const micros = (fraction ?? "").padEnd(6, fill);
  const clock = minute ?? (last ? "23:59" : "00:00");
  const base = new Date(`${day}T${clock}:${second ?? (last ? "59" : "00")}${zone.toUpperCase()}`);
  // `new Date` reads 31 February as 3 March: what comes back must be the day that was asked for.
  if (Number.isNaN(base.getTime()) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day)
    throw notTime(text, end);
  return base.toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

function micro(date: Date, micros: string): string {
  return date.toISOString().replace("Z", `${micros}Z`);
}

function notTime(text: string, end: string) {
  return usage(
    `--${end} does not understand "${text}"; give a UTC day like 2026-11-21, a time like 2026-11-21T09:14:00, or an age like 24h or 7d.`,
  );
}
