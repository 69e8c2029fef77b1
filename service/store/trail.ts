import { microseconds } from "../chain/record.ts";
import type { Row } from "./database.ts";
import { EVENT_JSON } from "./event-json.ts";
import { isSelective, orderFor, type TrailFilter, trailConditions } from "./trail-filter.ts";
import { everything, newestWindow, shiftDay, type Window, windowsOf } from "./trail-windows.ts";
import type { Store } from "./types.ts";

/*
 * The trail, newest first: pages over any number of events by any filter, within one instance or several.
 *
 * Order is that of reception: seq within an instance, received_at between instances. Days are walked back in windows
 * (trail-windows.ts), so that a page opens a few partitions and not all. Measured on PostgreSQL 15: bench/api.ts.
 */

export type Direction = "desc" | "asc";

/** Where a page ended: the time of its last event, and how far each instance was read. Stays valid while events come. */
export interface TrailPlace {
  received_at: string;
  seqs: Record<string, number>;
}

export interface TrailRequest {
  /** ids */
  instances: string[];
  filter: TrailFilter;
  direction?: Direction | undefined;
  limit: number;
  offset?: number | undefined;
  after?: TrailPlace | undefined;
  /** rows with `instance_id`, `seq`, `received_at` and `json` alone, for who only passes them on */
  json?: boolean | undefined;
}

export interface TrailPage {
  /** rows of `event`, with `instance_id` */
  rows: Row[];
  /** absent at the end */
  next?: TrailPlace | undefined;
}

/** Everything an event shows, without the proof's bytes. */
export const TRAIL_COLUMNS = `e.instance_id, e.seq, e.received_on, e.received_at, e.source_id, e.occurred_at, e.kind, e.category, e.severity, e.model, e.model_label,
  e.record_id, e.record_name, e.user_id, e.user_login, e.user_name, e.as_user, e.origin, e.session, e.ip, e.user_agent, e.request_id,
  e.correlation_id, e.transaction, e.changes, e.details, e.hash`;

const JSON_COLUMNS = `e.instance_id, e.seq, e.received_at, ${EVENT_JSON} AS json`;

/** Free text reads the events themselves: so many of an instance for one page, then the page ends with a `next`. */
const TEXT_WINDOW = 10_000;

export async function readTrail(store: Store, request: TrailRequest): Promise<TrailPage> {
  const { limit, filter } = request;
  if (filter.q !== undefined) return readText(store, request);
  const rows: Row[] = [];
  let offset = request.offset ?? 0;
  for await (const window of windowsFor(store, request)) {
    if (offset > 0) {
      const skipped = await countIn(store, request, window, offset);
      if (skipped < offset) {
        offset -= skipped;
        continue;
      }
    }
    rows.push(...(await readWindow(store, request, window, limit - rows.length + 1, offset)));
    offset = 0;
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: placeAfter(request, rows.slice(0, limit)) };
  }
  return { rows };
}

/** Windows in the order of reading. */
async function* windowsFor(store: Store, request: TrailRequest): AsyncGenerator<Window> {
  const { filter, instances, after } = request;
  const day = after?.received_at.slice(0, 10);
  const desc = request.direction !== "asc";
  if (isSelective(filter)) return yield await everything(store);
  const unbounded = filter.from === undefined && filter.to === undefined;
  if (desc && unbounded) {
    const newest = await newestWindow(store, day);
    yield newest;
    yield* await windowsOf(store, instances, {}, newest.from_day);
    return;
  }
  const windows = await windowsOf(store, instances, filter, desc && day !== undefined ? shiftDay(day, 1) : undefined);
  yield* desc ? windows : windows.reverse();
}

interface Statement {
  sql: string;
  parameters: unknown[];
}

/** The rows of a window, of all instances merged; `select` decides what of them. */
function statement(store: Store, request: TrailRequest, window: Window, select: string, tail: string): Statement {
  const { instances, filter, after } = request;
  const desc = request.direction !== "asc";
  const parameters: unknown[] = [store.organisationId];
  const where = ["e.organisation_id = $1"];
  // literals, because only they choose partitions while planning; all of them are ours or were checked
  where.push(`e.retention_days IN (${window.classes.map(Number).join(", ") || "0"})`);
  if (window.from_day !== "0001-01-01") where.push(`e.received_on >= '${date(window.from_day)}'`);
  if (window.to_day !== "9999-12-31") where.push(`e.received_on <= '${date(window.to_day)}'`);
  const bounds = instances.map((id) => boundsOf(window, id, after?.seqs[id], desc));
  if (after !== undefined && instances.length > 1) {
    parameters.push(after.received_at);
    where.push(`e.received_at ${desc ? "<=" : ">="} $2::timestamptz`);
  }
  const first = parameters.length + 1;
  if (instances.length === 1) {
    const { low, high, low_day, high_day } = bounds[0]!;
    parameters.push(instances[0], low, high);
    where.push(`e.instance_id = $${first}::uuid`);
    const day = after?.received_at.slice(0, 10);
    const upper = high_day ?? (desc ? day : undefined);
    const lower = low_day ?? (desc ? undefined : day);
    // A row comparison is a boundary of the key; seq alone would be looked at entry by entry. Never both: the planner
    // would multiply them, expect a handful, and sort a day instead of walking back from its end. Nor with a model, which
    // has an index of its own: expecting a handful, the planner would walk through whole days for one that is rare.
    const byDay = orderFor(filter) === "by_day" && filter.model === undefined;
    if (byDay && high < FAR && upper !== undefined) {
      where.push(`(e.received_on, e.seq) < ('${date(upper)}', $${first + 2}::bigint)`);
    } else where.push(`e.seq < $${first + 2}::bigint`);
    if (byDay && low > 0 && lower !== undefined) {
      where.push(`(e.received_on, e.seq) > ('${date(lower)}', $${first + 1}::bigint)`);
    } else where.push(`e.seq > $${first + 1}::bigint`);
    where.push(...trailConditions(filter, parameters));
    return { sql: `SELECT ${select} FROM event e WHERE ${where.join(" AND ")} ${tail}`, parameters };
  }
  parameters.push(
    instances,
    bounds.map(({ low }) => low),
    bounds.map(({ high }) => high),
  );
  where.push("e.instance_id = i.id", ...seqBounds("i.low", "i.high"), ...trailConditions(filter, parameters));
  return {
    sql: `SELECT k.* FROM unnest($${first}::uuid[], $${first + 1}::bigint[], $${first + 2}::bigint[]) AS i(id, low, high)
      CROSS JOIN LATERAL (SELECT ${select} FROM event e WHERE ${where.join(" AND ")} ${tail}) k`,
    parameters,
  };
}

const FAR = Number.MAX_SAFE_INTEGER;
const seqBounds = (low: string, high: string): string[] => [`e.seq > ${low}`, `e.seq < ${high}`];

interface Bounds {
  low: number;
  high: number;
  /** the day the bound's seq lies in, where the window gave the bound */
  low_day?: string;
  high_day?: string;
}

function boundsOf(window: Window, id: string, read: number | undefined, desc: boolean): Bounds {
  const low = window.low.get(id) ?? 0;
  const high = window.high.get(id) ?? FAR;
  const bounds: Bounds = { low, high };
  if (window.low.has(id) && window.from_day !== "0001-01-01") bounds.low_day = window.from_day;
  if (window.high.has(id)) bounds.high_day = window.to_day;
  if (read === undefined) return bounds;
  if (desc && read < high) return { low, high: read, ...(bounds.low_day ? { low_day: bounds.low_day } : {}) };
  if (!desc && read > low) return { low: read, high, ...(bounds.high_day ? { high_day: bounds.high_day } : {}) };
  return bounds;
}

async function readWindow(
  store: Store,
  request: TrailRequest,
  window: Window,
  limit: number,
  offset: number,
): Promise<Row[]> {
  const way = request.direction === "asc" ? "ASC" : "DESC";
  const order = orderFor(request.filter) === "by_seq" ? `e.seq ${way}` : `e.received_on ${way}, e.seq ${way}`;
  const several = request.instances.length > 1;
  const page = `LIMIT ${Number(limit)} OFFSET ${Number(offset)}`;
  const tail = `ORDER BY ${order} ${several ? `LIMIT ${Number(limit) + Number(offset)}` : page}`;
  const { sql, parameters } = statement(store, request, window, request.json ? JSON_COLUMNS : TRAIL_COLUMNS, tail);
  const merged = several ? ` ORDER BY k.received_at ${way}, k.instance_id, k.seq ${way} ${page}` : "";
  return store.database.query(sql + merged, parameters);
}

/** How many the window holds, but no more than `most`. */
async function countIn(store: Store, request: TrailRequest, window: Window, most: number): Promise<number> {
  const { sql, parameters } = statement(store, request, window, "1 AS one", `LIMIT ${Number(most)}`);
  const [row] = await store.database.query<{ count: number }>(
    `SELECT count(*) AS count FROM (${sql}${request.instances.length > 1 ? ` LIMIT ${Number(most)}` : ""}) AS found`,
    parameters,
  );
  return row!.count;
}

/** Where free text ends for this page, by instance; absent: it may read to the end. */
interface TextWindow extends Window {
  ends: Map<string, { seq: number; day: string }>;
}

/** The next TEXT_WINDOW events of each instance: free text is looked for in them and no further. */
async function textWindow(store: Store, request: TrailRequest): Promise<TextWindow> {
  const { filter, instances, direction } = request;
  const way = direction === "asc" ? "ASC" : "DESC";
  const bounded = filter.from !== undefined || filter.to !== undefined;
  const whole = bounded ? union(await windowsOf(store, instances, filter, undefined)) : await everything(store);
  const ends: TextWindow["ends"] = new Map();
  const order = orderFor(filter) === "by_seq" ? `e.seq ${way}` : `e.received_on ${way}, e.seq ${way}`;
  for (const id of instances) {
    const one = { ...request, filter: { ...filter, q: undefined }, instances: [id] };
    const tail = `ORDER BY ${order} OFFSET ${TEXT_WINDOW} LIMIT 1`;
    const { sql, parameters } = statement(store, one, whole, "e.seq, e.received_on::text AS day", tail);
    const [end] = await store.database.query<{ seq: number; day: string }>(sql, parameters);
    if (end !== undefined) ends.set(id, end);
  }
  for (const [id, { seq }] of ends) (way === "DESC" ? whole.low : whole.high).set(id, seq);
  // seq alone opens every partition and reads its whole key: 9 s of 20 million events
  if (ends.size === instances.length && ends.size > 0) {
    const days = [...ends.values()].map(({ day }) => day).sort();
    if (way === "DESC" && days[0]! > whole.from_day) whole.from_day = days[0]!;
    if (way === "ASC" && days.at(-1)! < whole.to_day) whole.to_day = days.at(-1)!;
  }
  return { ...whole, ends };
}

/** One bounded look; a page may come back short, or empty, with a `next` that goes on behind it. */
async function readText(store: Store, request: TrailRequest): Promise<TrailPage> {
  const desc = request.direction !== "asc";
  const window = await textWindow(store, request);
  const rows = await readWindow(store, request, window, request.limit + 1, request.offset ?? 0);
  if (rows.length > request.limit) {
    const page = rows.slice(0, request.limit);
    return { rows: page, next: placeAfter(request, page) };
  }
  if (window.ends.size === 0) return { rows };
  const seqs: Record<string, number> = {};
  for (const id of request.instances) {
    const end = window.ends.get(id);
    seqs[id] = end === undefined ? (desc ? 0 : FAR) : end.seq + (desc ? 1 : -1);
  }
  const days = [...window.ends.values()].map(({ day }) => day).sort();
  const received_at = desc ? `${days.at(-1)}T23:59:59.999999Z` : `${days[0]}T00:00:00.000000Z`;
  return { rows, next: { received_at, seqs } };
}

function union(windows: Window[]): Window {
  const whole: Window = { from_day: "9999-12-31", to_day: "0001-01-01", classes: [], low: new Map(), high: new Map() };
  for (const window of windows) {
    if (window.from_day < whole.from_day) whole.from_day = window.from_day;
    if (window.to_day > whole.to_day) whole.to_day = window.to_day;
    whole.classes = [...new Set([...whole.classes, ...window.classes])];
  }
  return whole;
}

function placeAfter(request: TrailRequest, rows: Row[]): TrailPlace {
  const seqs = { ...request.after?.seqs };
  for (const row of rows) seqs[row.instance_id as string] = Number(row.seq);
  return { received_at: microseconds(rows.at(-1)!.received_at as string), seqs };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
function date(text: string): string {
  if (!DATE.test(text)) throw new RangeError("no date");
  return text;
}
