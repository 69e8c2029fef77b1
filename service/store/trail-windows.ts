import type { Database } from "./database.ts";
import { upperBound } from "./trail-filter.ts";
import type { Store } from "./types.ts";

/** A stretch of days to look into, with the seqs that matter in it: exclusive at both ends, by instance. */
export interface Window {
  from_day: string;
  to_day: string;
  classes: number[];
  low: Map<string, number>;
  high: Map<string, number>;
}

export interface Period {
  from?: string | undefined;
  to?: string | undefined;
}

interface DayRow {
  instance_id: string;
  day: string;
  retention_days: number;
  low: number;
  high: number;
}

const FOREVER = "9999-12-31";
const ALWAYS = "0001-01-01";
const DAY_MS = 86_400_000;
/** how long a clock of Odoo's may run ahead of ours: nothing occurred later than a day after it was received */
export const shiftDay = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The last two days and whatever comes: almost every first page ends here, so nothing is looked up for it. */
export async function newestWindow(store: Store, upTo: string | undefined): Promise<Window> {
  const day = upTo ?? store.clock().toISOString().slice(0, 10);
  return {
    from_day: shiftDay(day, -1),
    to_day: upTo ?? FOREVER,
    classes: await retentionClasses(store.database),
    low: new Map(),
    high: new Map(),
  };
}

export async function everything(store: Store): Promise<Window> {
  const classes = await retentionClasses(store.database);
  return { from_day: ALWAYS, to_day: FOREVER, classes, low: new Map(), high: new Map() };
}

/**
 * The days in which something of the period was received, newest first, in windows that double: what is common is
 * found in the first, what is rare after seven questions instead of three hundred. What the slots do not cover yet
 * comes first.
 */
export async function windowsOf(
  store: Store,
  ids: string[],
  period: Period,
  before: string | undefined,
): Promise<Window[]> {
  const to = period.to === undefined ? undefined : upperBound(period.to).time;
  // 8,760 slots a year and instance; grouped by day in 3 ms
  const rows = await store.database.query<DayRow>(
    `SELECT instance_id, received_on::text AS day, retention_days, min(first_seq) - 1 AS low, max(last_seq) + 1 AS high
     FROM event_slot WHERE instance_id = ANY($1::uuid[]) AND ($2::date IS NULL OR received_on < $2)
       AND ($3::timestamptz IS NULL OR (last_occurred_at >= $3 AND received_on >= $3::timestamptz::date - 1))
       AND ($4::timestamptz IS NULL OR first_occurred_at <= $4)
     GROUP BY 1, 2, 3 ORDER BY 2 DESC`,
    [ids, before ?? null, period.from ?? null, to ?? null],
  );
  const windows = doubled(Map.groupBy(rows, (row) => row.day));
  return before === undefined || before > (rows[0]?.day ?? ALWAYS)
    ? [...(await tail(store, ids, before)), ...windows]
    : windows;
}

/** What was stored after the slots were brought up to date. */
async function tail(store: Store, ids: string[], before: string | undefined): Promise<Window[]> {
  const rows = await store.database.query<{ id: string; rolled: number; day: string | null }>(
    `SELECT i.id, coalesce(r.rolled_seq, 0) AS rolled,
       (SELECT max(s.received_on)::text FROM event_slot s WHERE s.instance_id = i.id) AS day
     FROM instance i LEFT JOIN rollup r ON r.instance_id = i.id
     WHERE i.id = ANY($1::uuid[]) AND i.head_seq > coalesce(r.rolled_seq, 0)`,
    [ids],
  );
  if (rows.length === 0) return [];
  const from_day = rows.map((row) => row.day ?? ALWAYS).sort()[0]!;
  const to_day = before === undefined ? FOREVER : shiftDay(before, -1);
  if (from_day > to_day) return [];
  const low = new Map(ids.map((id) => [id, Number.MAX_SAFE_INTEGER]));
  for (const row of rows) low.set(row.id, row.rolled);
  return [{ from_day, to_day, classes: await retentionClasses(store.database), low, high: new Map() }];
}

function doubled(days: Map<string, DayRow[]>): Window[] {
  const windows: Window[] = [];
  const list = [...days];
  for (let at = 0, size = 2; at < list.length; size *= 2) {
    const to_day = list[at]![0];
    const window: Window = { from_day: to_day, to_day, classes: [], low: new Map(), high: new Map() };
    // a day that is missing holds nothing of the period: the window ends before it
    for (let taken = 0; taken < size && at < list.length; taken++, at++) {
      const [day, rows] = list[at]!;
      if (taken > 0 && day !== shiftDay(window.from_day, -1)) break;
      window.from_day = day;
      for (const row of rows) {
        if (!window.classes.includes(row.retention_days)) window.classes.push(row.retention_days);
        window.low.set(row.instance_id, Math.min(row.low, window.low.get(row.instance_id) ?? row.low));
        window.high.set(row.instance_id, Math.max(row.high, window.high.get(row.instance_id) ?? row.high));
      }
    }
    windows.push(window);
  }
  return windows;
}

const CLASSES_MS = 1_000;
const known = new WeakMap<Database, { at: number; classes: number[] }>();

/** The first column of the partitions' key must be named, or none of them is left out. */
async function retentionClasses(database: Database): Promise<number[]> {
  const last = known.get(database);
  if (last !== undefined && performance.now() - last.at < CLASSES_MS) return last.classes;
  const rows = await database.query<{ days: number }>(
    `SELECT DISTINCT substring(c.relname FROM '^event_r([0-9]+)_')::int AS days FROM pg_inherits p JOIN pg_class c ON c.oid = p.inhrelid
     WHERE p.inhparent = 'event'::regclass AND c.relname ~ '^event_r[0-9]+_'`,
  );
  const classes = rows.map((row) => row.days);
  // a class that appears meanwhile must be seen at once by its first reader: an empty answer is not remembered
  if (classes.length > 0) known.set(database, { at: performance.now(), classes });
  return classes;
}
