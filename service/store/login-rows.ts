import type { Database, Row } from "./database.ts";
import { toEvent } from "./events.ts";
import type { StoredEvent } from "./types.ts";

export interface LoginFilter {
  instanceId?: string | undefined;
  /** true: failed ones only, false: good ones only */
  failed?: boolean | undefined;
  /** the login of the account, or the one that was tried */
  user?: string | undefined;
  ip?: string | undefined;
  session?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  offset?: number | undefined;
  after?: { occurred_at: string; seq: number; instance_id: string } | undefined;
}

/**
 * Logins, newest first: the events `session.login` and `session.login_failed`, through the partial index `event_login`
 * (whose condition must stand here word by word). A page of 50 among 200,000 events, 4,000 of them logins, device and
 * place included: 25 to 50 ms on two busy cores.
 */
export async function readLogins(
  db: Database,
  organisationId: string,
  filter: LoginFilter,
): Promise<{ event: StoredEvent; instance_id: string }[]> {
  const parameters: unknown[] = [organisationId];
  const where = ["e.organisation_id = $1", "e.kind IN ('session.login', 'session.login_failed')"];
  const add = (sql: string, ...values: unknown[]): void => {
    let text = sql;
    for (const value of values) text = text.replace("?", `$${parameters.push(value)}`);
    where.push(text);
  };
  if (filter.instanceId !== undefined) add("e.instance_id = ?", filter.instanceId);
  if (filter.failed !== undefined) add("e.kind = ?", filter.failed ? "session.login_failed" : "session.login");
  if (filter.user !== undefined) {
    add("(e.user_login = ? OR e.details ->> 'login_tried' = ?)", filter.user, filter.user);
  }
  if (filter.ip !== undefined) add("e.ip = ?", filter.ip);
  if (filter.session !== undefined) add("coalesce(e.session, e.details ->> 'session') = ?", filter.session);
  if (filter.from !== undefined) add("e.occurred_at >= ?::timestamptz", filter.from);
  if (filter.to !== undefined) add("e.occurred_at <= ?::timestamptz", filter.to);
  if (filter.after !== undefined) {
    const { occurred_at, seq, instance_id } = filter.after;
    add("(e.occurred_at, e.seq, e.instance_id) < (?::timestamptz, ?::bigint, ?::uuid)", occurred_at, seq, instance_id);
  }
  const rows = await db.query<Row & { instance_id: string }>(
    `SELECT i.name AS instance, e.* FROM event e JOIN instance i ON i.id = e.instance_id AND i.organisation_id = e.organisation_id
     WHERE ${where.join(" AND ")} ORDER BY e.occurred_at DESC, e.seq DESC, e.instance_id DESC LIMIT ${Math.trunc(filter.limit)}
     OFFSET ${Math.trunc(filter.offset ?? 0)}`,
    parameters,
  );
  return rows.map((row) => ({ event: toEvent(row), instance_id: row.instance_id }));
}
