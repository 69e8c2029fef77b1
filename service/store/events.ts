import type { Category, Change, OdooEvent, Severity } from "../../odoo_addon_client/event.ts";
import { microseconds } from "../chain/record.ts";
import type { Database, Row } from "./database.ts";
import type { EventFilter, Events, StoredEvent } from "./types.ts";

const PAGE = 1_000;
/** What Odoo told; the service's own log has its own reader (audit-rows.ts) and its own permission. */
const FROM =
  "FROM event e JOIN instance i ON i.id = e.instance_id AND i.organisation_id = e.organisation_id AND i.kind = 'odoo'";
/** received_on ascends with seq, and is the key's second column: this order needs no sort within an instance. */
const ORDER = "ORDER BY e.received_on, e.seq, e.instance_id";

export function makeEvents(database: Database, organisationId: string): Events {
  return {
    async *query(filter) {
      let left = filter.limit ?? Number.POSITIVE_INFINITY;
      let last: Row | undefined;
      while (left > 0) {
        const { where, parameters } = conditions(filter, organisationId);
        if (last !== undefined) {
          parameters.push(last.received_on, last.seq, last.instance_id);
          const n = parameters.length;
          where.push(`(e.received_on, e.seq, e.instance_id) > ($${n - 2}::date, $${n - 1}::bigint, $${n}::uuid)`);
        }
        const size = Math.min(left, PAGE);
        const rows = await database.query(
          `SELECT i.name AS instance, e.* ${FROM} WHERE ${where.join(" AND ")} ${ORDER} LIMIT ${size}`,
          parameters,
        );
        for (const row of rows) yield toEvent(row);
        if (rows.length < size) return;
        left -= rows.length;
        last = rows.at(-1);
      }
    },
    async latest(instance) {
      const { where, parameters } = conditions({ instance }, organisationId);
      // by the head of each chain: one look into the key a partition (0.1 ms), where a sort reads every event (135 ms of 60,000)
      const [newest] = await database.query(
        `SELECT i.name AS instance, e.* ${FROM} AND e.seq = i.head_seq AND e.received_on = (i.head_received_at AT TIME ZONE 'UTC')::date
         WHERE ${where.join(" AND ")} ORDER BY i.head_received_at DESC LIMIT 1`,
        parameters,
      );
      if (newest !== undefined) return toEvent(newest);
      // the newest was purged under a shorter retention than those before it
      const [row] = await database.query(
        `SELECT i.name AS instance, e.* ${FROM} WHERE ${where.join(" AND ")} ORDER BY e.received_on DESC, e.seq DESC LIMIT 1`,
        parameters,
      );
      return row === undefined ? undefined : toEvent(row);
    },
    async count(filter) {
      const { where, parameters } = conditions(filter, organisationId);
      const [row] = await database.query<{ count: number }>(
        `SELECT count(*) AS count ${FROM} WHERE ${where.join(" AND ")}`,
        parameters,
      );
      return row!.count;
    },
  };
}

/** Filter key → column, where the condition is equality. */
const EQUAL: [keyof EventFilter, string][] = [
  ["instance", "i.name"],
  ["model", "e.model"],
  ["record_id", "e.record_id"],
  ["user", "e.user_login"],
  ["kind", "e.kind"],
  ["category", "e.category"],
  ["severity", "e.severity"],
  ["transaction", "e.transaction"],
  ["correlation_id", "e.correlation_id"],
];

function conditions(filter: EventFilter, organisationId: string): { where: string[]; parameters: unknown[] } {
  const parameters: unknown[] = [organisationId];
  const where = ["e.organisation_id = $1"];
  const add = (sql: string, value: unknown): void => {
    parameters.push(value);
    where.push(sql.replace("?", `$${parameters.length}`));
  };
  for (const [key, column] of EQUAL) if (filter[key] !== undefined) add(`${column} = ?`, filter[key]);
  // a removed instance's name may be given again: its events are found while no other has the name
  if (filter.instance !== undefined) {
    where.push(
      "(i.state <> 'removed' OR NOT EXISTS (SELECT 1 FROM instance j WHERE j.name = i.name AND j.organisation_id = i.organisation_id AND j.state <> 'removed'))",
    );
  }
  if (filter.after_seq !== undefined) add("e.seq > ?", filter.after_seq);
  if (filter.from !== undefined) add("e.occurred_at >= ?::timestamptz", filter.from);
  if (filter.to !== undefined) {
    const { time, exclusive } = upperBound(filter.to);
    add(`e.occurred_at ${exclusive ? "<" : "<="} ?::timestamptz`, time);
  }
  return { where, parameters };
}

/** Inclusive as people see it: events are shown in milliseconds, so `…03.120Z` includes 120.999 ms, `…03Z` its whole second. */
function upperBound(to: string): { time: string; exclusive: boolean } {
  const fraction = /\.(\d+)/.exec(to)?.[1] ?? "";
  if (fraction.length > 3) return { time: to, exclusive: false };
  const step_ms = fraction.length === 0 ? 1000 : 1;
  return { time: new Date(new Date(to).getTime() + step_ms).toISOString(), exclusive: true };
}

/** Absent columns become absent keys. */
export function toEvent(row: Row): StoredEvent {
  const text = (key: string): Row => (row[key] === null ? {} : { [key]: row[key] });
  const json = (key: string): Row => (row[key] === null ? {} : { [key]: JSON.parse(row[key] as string) });
  const event = {
    instance: row.instance as string,
    seq: Number(row.seq),
    source_id: row.source_id as string,
    occurred_at: microseconds(row.occurred_at as string),
    received_at: microseconds(row.received_at as string),
    kind: row.kind as string,
    category: row.category as Category,
    severity: row.severity as Severity,
    ...text("model"),
    ...text("model_label"),
    ...(row.record_id === null ? {} : { record_id: Number(row.record_id) }),
    ...text("record_name"),
    user:
      row.user_id === null
        ? null
        : { id: Number(row.user_id), login: row.user_login as string, name: row.user_name as string },
    ...json("as_user"),
    origin: JSON.parse(row.origin as string) as OdooEvent["origin"],
    ...text("session"),
    ...text("ip"),
    ...text("user_agent"),
    ...text("request_id"),
    ...text("correlation_id"),
    transaction: row.transaction as string,
    changes: JSON.parse(row.changes as string) as Change[],
    ...json("details"),
    hash: (row.hash as Buffer).toString("hex"),
  };
  return event;
}
