import { ROW_COLUMNS } from "../chain/row.ts";
import type { SegmentRow, TombstoneRow } from "./chain-rows.ts";

import type { Store } from "./types.ts";

/* What reports read: events in the order of their chain, narrowed down by SQL, as the bytes of COPY. */

export interface ReportFilter {
  /** ISO 8601, on occurred_at, both inclusive */
  from?: string | undefined;
  to?: string | undefined;
  /** login */
  user?: string | undefined;
  model?: string | undefined;
  record_id?: number | undefined;
  /** kinds; one that ends in `.*` is a family */
  kinds?: readonly string[] | undefined;
  models?: readonly string[] | undefined;
  categories?: readonly string[] | undefined;
  /** nothing after this event: what was there when the report began */
  up_to_seq: number;
}

/** A piece of one COPY's answer; `isFirst` begins another one. */
export interface CopyPiece {
  bytes: Buffer;
  isFirst: boolean;
}

interface Stretch {
  first_seq: number;
  last_seq: number;
  received_on: string;
  retention_days: number;
}

const UUID = /^[0-9a-f-]{36}$/;
/** PGlite answers a COPY in one piece, PostgreSQL as a stream: windows of seq keep both small. */
const WINDOW = { pglite: 10_000, postgresql: 100_000 };
/** An Odoo's clock may be ahead of the service's: its events are received before they happen. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Events of an instance, ascending by seq, as ROW_COLUMNS in COPY's binary form. Day by day and class by class, because
 * the primary key then gives each window without a sort. Bytes, not rows: they travel to the thread that reads them.
 */
export async function* readReportEvents(
  store: Store,
  instanceId: string,
  filter: ReportFilter,
): AsyncGenerator<CopyPiece> {
  const condition = where(filter);
  for (const stretch of await stretches(store, instanceId, filter)) {
    const end = Math.min(stretch.last_seq, filter.up_to_seq);
    for (let first = stretch.first_seq; first <= end; first += WINDOW[store.kind]) {
      const last = Math.min(first + WINDOW[store.kind] - 1, end);
      let isFirst = true;
      for await (const bytes of store.database.copyOut(
        `COPY (SELECT ${ROW_COLUMNS.join(", ")} FROM event WHERE ${place(instanceId, stretch, first, last)}${condition} ORDER BY seq) TO STDOUT (FORMAT binary)`,
      )) {
        yield { bytes, isFirst };
        isFirst = false;
      }
    }
  }
}

/** The hashes of all events of a segment, in order: hexadecimal lines. */
export async function* readLeaves(store: Store, instanceId: string, segment: Stretch): AsyncGenerator<Buffer> {
  const { first_seq: first, last_seq: last } = segment;
  yield* store.database.copyOut(
    `COPY (SELECT encode(hash, 'hex') FROM event WHERE ${place(instanceId, segment, first, last)} ORDER BY seq) TO STDOUT`,
  );
}

/** Where the events of a day and class lie. COPY takes no parameters, so all of it is checked or quoted. */
function place(instanceId: string, stretch: Stretch, first: number, last: number): string {
  if (!UUID.test(instanceId) || !/^\d{4}-\d\d-\d\d$/.test(stretch.received_on)) throw new TypeError("refused");
  return `instance_id = '${instanceId}' AND received_on = '${stretch.received_on}' AND retention_days = ${Number(stretch.retention_days)} AND seq BETWEEN ${Number(first)} AND ${Number(last)}`;
}

/** Runs of batches of one day and class. A day that changed its class and back is three runs: the order stays. */
async function stretches(store: Store, instanceId: string, filter: ReportFilter): Promise<Stretch[]> {
  const since = filter.from === undefined ? "0001-01-01" : dayBefore(filter.from);
  return store.database.query<Stretch>(
    `SELECT min(first_seq) AS first_seq, max(last_seq) AS last_seq, received_on, retention_days FROM (
       SELECT first_seq, last_seq, received_on, retention_days,
         row_number() OVER (ORDER BY batch_no) - row_number() OVER (PARTITION BY received_on, retention_days ORDER BY batch_no) AS island
       FROM batch WHERE instance_id = $1 AND received_on >= $2::date AND first_seq <= $3
     ) AS b GROUP BY island, received_on, retention_days ORDER BY 1`,
    [instanceId, since, filter.up_to_seq],
  );
}

function dayBefore(time: string): string {
  return new Date(Date.parse(time) - CLOCK_SLACK_MS).toISOString().slice(0, 10);
}

function where(filter: ReportFilter): string {
  const parts: string[] = [];
  if (filter.from !== undefined) parts.push(`occurred_at >= ${literal(filter.from)}::timestamptz`);
  if (filter.to !== undefined) parts.push(`occurred_at <= ${literal(filter.to)}::timestamptz`);
  if (filter.user !== undefined) parts.push(`user_login = ${literal(filter.user)}`);
  if (filter.model !== undefined) parts.push(`model = ${literal(filter.model)}`);
  if (filter.record_id !== undefined) parts.push(`record_id = ${Math.trunc(Number(filter.record_id))}`);
  const either = [
    ...(filter.kinds ?? []).map((kind) =>
      kind.endsWith(".*") ? `starts_with(kind, ${literal(kind.slice(0, -1))})` : `kind = ${literal(kind)}`,
    ),
    ...(filter.models ?? []).map((model) => `model = ${literal(model)}`),
    ...(filter.categories ?? []).map((category) => `category = ${literal(category)}`),
  ];
  if (either.length > 0) parts.push(`(${either.join(" OR ")})`);
  return parts.map((part) => ` AND ${part}`).join("");
}

function literal(text: string): string {
  if (text.includes("\0")) throw new TypeError("A filter cannot hold a NUL character.");
  return `'${text.replaceAll("'", "''")}'`;
}

/** Segments that may hold events of the period, and their tombstones. */
export async function readReportSegments(
  store: Store,
  instanceId: string,
  from: string | undefined,
): Promise<SegmentRow[]> {
  return store.database.query<SegmentRow>(
    "SELECT * FROM segment WHERE instance_id = $1 AND received_on >= $2::date ORDER BY number",
    [instanceId, from === undefined ? "0001-01-01" : dayBefore(from)],
  );
}

export type ReportTombstone = TombstoneRow & { received_on: string; first_seq: number; last_seq: number };

export async function readReportTombstones(store: Store, instanceId: string): Promise<ReportTombstone[]> {
  return store.database.query<ReportTombstone>(
    `SELECT t.*, s.received_on, s.first_seq, s.last_seq FROM tombstone t
     JOIN segment s ON s.instance_id = t.instance_id AND s.number = t.segment_number
     WHERE t.instance_id = $1 ORDER BY t.number`,
    [instanceId],
  );
}

export async function readOrganisationName(store: Store): Promise<string> {
  const [row] = await store.database.query<{ name: string }>("SELECT name FROM organisation WHERE id = $1", [
    store.organisationId,
  ]);
  return row!.name;
}

/** The internal instance that holds the service's own log, when there is one. */
export async function findOwnLog(store: Store): Promise<{ id: string; head_seq: number } | undefined> {
  const [row] = await store.database.query<{ id: string; head_seq: number }>(
    "SELECT id, head_seq FROM instance WHERE organisation_id = $1 AND kind = 'internal'",
    [store.organisationId],
  );
  return row;
}

export interface MemberRow {
  name: string;
  email: string;
  role: string;
  invited_by: string;
  since: string;
  joined: boolean;
}

/** People of Vigil itself and their roles. */
export async function readReportMembers(store: Store): Promise<MemberRow[]> {
  return store.database.query<MemberRow>(
    `SELECT p.name, p.email, coalesce(r.name, m.role) AS role, m.invited_by, coalesce(m.joined_at, m.invited_at) AS since,
       m.joined_at IS NOT NULL AS joined
     FROM membership m JOIN person p ON p.id = m.person_id LEFT JOIN role r ON r.id::text = m.role
     WHERE m.organisation_id = $1 ORDER BY p.email`,
    [store.organisationId],
  );
}
