import { readTime } from "../events/when.ts";
import { usage } from "../failure.ts";

/** `--limit`, default 100. */
export function readLimit(given: unknown): number {
  if (given === undefined) return 100;
  const value = /^\d{1,6}$/.test(String(given)) ? Number(given) : 0;
  if (value < 1) throw usage(`--limit must be a whole number from 1, not "${String(given)}".`);
  return value;
}

/** `--from` and `--to`, both inclusive. */
export function readRange(
  options: Record<string, unknown>,
  now: Date,
): { from: string | undefined; to: string | undefined } {
  const time = (end: "from" | "to") =>
    options[end] === undefined ? undefined : readTime(String(options[end]), end, now);
  return { from: time("from"), to: time("to") };
}
