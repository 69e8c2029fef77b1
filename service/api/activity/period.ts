import type { DayCount } from "../../store/activity-rows.ts";

const DAY_MS = 86_400_000;

export interface Days {
  /** first and last day, YYYY-MM-DD, UTC */
  from: string;
  to: string;
  all: string[];
}

/** `7d`: today and the six days before. */
export function daysOf(period: string, now: Date): Days {
  const count = Number.parseInt(period, 10);
  const all = Array.from({ length: count }, (_, i) =>
    new Date(now.getTime() - (count - 1 - i) * DAY_MS).toISOString().slice(0, 10),
  );
  return { from: all[0]!, to: all.at(-1)!, all };
}

/** A count for each day, zero where nothing is counted. */
export function filled(days: Days, counted: DayCount[]): DayCount[] {
  const known = new Map(counted.map((count) => [count.day, count]));
  return days.all.map((day) => known.get(day) ?? { day, events: 0, created: 0, updated: 0, deleted: 0 });
}
