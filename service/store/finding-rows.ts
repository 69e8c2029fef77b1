import type { Database, Queryable, Row, Transaction } from "./database.ts";
import { LeaseError } from "./errors.ts";
import type { Store } from "./types.ts";

/* What the rules of suspicion read and write: events in, findings and each rule's memory out. */

/** The columns of an event that a rule may look at; json as text. */
export interface SightingRow {
  seq: number;
  occurred_at: string;
  kind: string;
  model: string | null;
  user_id: number | null;
  user_login: string | null;
  user_name: string | null;
  ip: string | null;
  user_agent: string | null;
  session: string | null;
  transaction: string;
  origin_type: string;
  details: string | null;
  /** names of the changed fields, as a JSON array; only for changes of records */
  fields: string | null;
}
export interface FindingRow {
  seq: number;
  rule: string;
  subject: string;
  id: string;
  severity: string;
  occurred_at: string;
  user_login: string | null;
  ip: string | null;
  summary: string;
  details: string;
  evidence: string;
  evidence_count: number;
  parameters: string;
}
export interface StateRow {
  rule: string;
  key: string;
  state: string;
}
export interface NoticeRow {
  key: string;
  user_login: string;
  kind: string;
  subject: string;
  body: string;
}

export async function readFindingCursor(
  db: Queryable,
  instanceId: string,
): Promise<{ seq: number; head_seq: number } | undefined> {
  return (
    await db.query<{ seq: number; head_seq: number }>(
      `SELECT coalesce(c.seq, 0) AS seq, i.head_seq FROM instance i LEFT JOIN finding_cursor c ON c.instance_id = i.id WHERE i.id = $1`,
      [instanceId],
    )
  )[0];
}

/**
 * The events of `from`..`to` (both inclusive) that a rule looks at. The days come from the batches, so that only the
 * partitions concerned are read: 20,000 events, of which a few hundred come back, in 80 ms on PGlite and two busy cores.
 */
export async function readSightings(
  db: Queryable,
  instanceId: string,
  range: { from: number; to: number; kinds: readonly string[]; models: readonly string[] },
): Promise<SightingRow[]> {
  const [days] = await db.query<{ first: string | null; last: string | null }>(
    `SELECT min(received_on) AS first, max(received_on) AS last FROM batch
     WHERE instance_id = $1 AND last_seq >= $2 AND first_seq <= $3`,
    [instanceId, range.from, range.to],
  );
  if (!days?.first) return [];
  return db.query<SightingRow>(
    `SELECT seq, occurred_at, kind, model, user_id, user_login, user_name, ip, user_agent, session, transaction, origin_type, details,
       CASE WHEN kind LIKE 'record.%d' AND category = 'admin'
         THEN (SELECT json_agg(c.change ->> 'field') FROM json_array_elements(changes) AS c (change))::text END AS fields
     FROM event WHERE instance_id = $1 AND received_on BETWEEN $2::date AND $3::date AND seq BETWEEN $4 AND $5
       AND (kind = ANY ($6::text[]) OR (category = 'admin' AND model = ANY ($7::text[])))
     ORDER BY received_on, seq`,
    [instanceId, days.first, days.last, range.from, range.to, range.kinds, range.models],
  );
}

export async function readStates(
  db: Queryable,
  instanceId: string,
  keys: { rule: string; key: string }[],
): Promise<StateRow[]> {
  if (keys.length === 0) return [];
  return db.query<StateRow>(
    `SELECT s.rule, s.key, s.state FROM json_to_recordset($2::json) AS k (rule text, key text)
     JOIN finding_state s ON s.instance_id = $1 AND s.rule = k.rule AND s.key = k.key`,
    [instanceId, JSON.stringify(keys)],
  );
}

export interface FindingsStep {
  /** the cursor as it was read; when another service moved it on meanwhile, nothing is written */
  from: number;
  to: number;
  findings: FindingRow[];
  states: StateRow[];
  notices: NoticeRow[];
  /** written in the same transaction: the own log's entry of each finding */
  alongside?: ((tx: Transaction) => Promise<void>) | undefined;
}

/** Findings, memory, notices and cursor in ONE transaction: a crash repeats the step or it is done, never half of it. */
export async function writeFindings(store: Store, instanceId: string, step: FindingsStep): Promise<void> {
  const now = store.clock().toISOString();
  await store.database.transaction(async (tx) => {
    const moved = await tx.query(
      `INSERT INTO finding_cursor AS c (instance_id, seq, updated_at) VALUES ($1, $3, $4)
       ON CONFLICT (instance_id) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at WHERE c.seq = $2 RETURNING 1`,
      [instanceId, step.from, step.to, now],
    );
    if (moved.length === 0)
      throw new LeaseError("Another service looked at these events already: nothing was written.");
    if (step.states.length > 0) {
      await tx.query(
        `INSERT INTO finding_state (instance_id, rule, key, state, touched_at)
         SELECT $1::uuid, r.rule, r.key, r.state::json, $3::timestamptz FROM json_to_recordset($2::json) AS r (rule text, key text, state text)
         ON CONFLICT (instance_id, rule, key) DO UPDATE SET state = excluded.state, touched_at = excluded.touched_at`,
        [instanceId, JSON.stringify(step.states), now],
      );
    }
    if (step.findings.length > 0) {
      await tx.query(
        `INSERT INTO finding (organisation_id, instance_id, seq, rule, subject, id, severity, occurred_at, user_login, ip, summary, details,
           evidence, evidence_count, parameters, found_at)
         SELECT $1::uuid, $2::uuid, r.seq, r.rule, r.subject, r.id, r.severity, r.occurred_at, r.user_login, r.ip, r.summary, r.details::json,
           r.evidence::json, r.evidence_count, r.parameters::json, $4::timestamptz
         FROM json_to_recordset($3::json) AS r (seq bigint, rule text, subject text, id uuid, severity text, occurred_at timestamptz,
           user_login text, ip text, summary text, details text, evidence text, evidence_count int, parameters text)`,
        [store.organisationId, instanceId, JSON.stringify(step.findings), now],
      );
    }
    if (step.notices.length > 0) {
      await tx.query(
        `INSERT INTO notice (instance_id, key, user_login, kind, subject, body, created_at)
         SELECT $1::uuid, r.key, r.user_login, r.kind, r.subject, r.body, $3::timestamptz
         FROM json_to_recordset($2::json) AS r (key text, user_login text, kind text, subject text, body text)
         ON CONFLICT DO NOTHING`,
        [instanceId, JSON.stringify(step.notices), now],
      );
    }
    await step.alongside?.(tx);
  });
}

/** A memory that no rule needs any more: untouched for longer than the longest of their windows. */
export async function forgetStates(store: Store, rules: readonly string[], before: Date): Promise<number> {
  const rows = await store.database.query(
    "DELETE FROM finding_state WHERE rule = ANY ($1::text[]) AND touched_at < $2 RETURNING 1",
    [rules, before.toISOString()],
  );
  return rows.length;
}

export interface FindingFilter {
  instanceId?: string | undefined;
  rule?: string | undefined;
  severity?: string | undefined;
  user?: string | undefined;
  ip?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  offset?: number | undefined;
  after?: { occurred_at: string; id: string } | undefined;
}
export interface ListedFinding extends FindingRow {
  instance: string;
  found_at: string;
}

/** Newest first, through `finding_occurred`. */
export async function readFindings(
  db: Database,
  organisationId: string,
  filter: FindingFilter,
): Promise<ListedFinding[]> {
  const { where, parameters } = conditions(organisationId, filter);
  return db.query<ListedFinding>(
    `SELECT i.name AS instance, f.* FROM finding f JOIN instance i ON i.id = f.instance_id
     WHERE ${where} ORDER BY f.occurred_at DESC, f.id DESC LIMIT ${Math.trunc(filter.limit)} OFFSET ${Math.trunc(filter.offset ?? 0)}`,
    parameters,
  );
}

/** How many match, on all pages. */
export async function countFindings(db: Database, organisationId: string, filter: FindingFilter): Promise<number> {
  const { where, parameters } = conditions(organisationId, { ...filter, after: undefined });
  const [row] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM finding f WHERE ${where}`, parameters);
  return row!.n;
}

function conditions(organisationId: string, filter: FindingFilter): { where: string; parameters: unknown[] } {
  const parameters: unknown[] = [organisationId];
  const where = ["f.organisation_id = $1"];
  const add = (sql: string, ...values: unknown[]): void => {
    let text = sql;
    for (const value of values) text = text.replace("?", `$${parameters.push(value)}`);
    where.push(text);
  };
  if (filter.instanceId !== undefined) add("f.instance_id = ?", filter.instanceId);
  if (filter.rule !== undefined) add("f.rule = ?", filter.rule);
  if (filter.severity !== undefined) add("f.severity = ?", filter.severity);
  if (filter.user !== undefined) add("f.user_login = ?", filter.user);
  if (filter.ip !== undefined) add("f.ip = ?", filter.ip);
  if (filter.from !== undefined) add("f.occurred_at >= ?::timestamptz", filter.from);
  if (filter.to !== undefined) add("f.occurred_at <= ?::timestamptz", filter.to);
  if (filter.after !== undefined) {
    add("(f.occurred_at, f.id) < (?::timestamptz, ?::uuid)", filter.after.occurred_at, filter.after.id);
  }
  return { where: where.join(" AND "), parameters };
}

/** What the rules remember of users, for "first seen or known" beside a login: asked for a whole page at once. */
export async function readFamiliar(
  db: Queryable,
  users: { instance_id: string; login: string }[],
): Promise<
  (
    instanceId: string,
    login: string,
  ) => { seq: number; devices: Record<string, number>; countries: Record<string, number> } | undefined
> {
  const found = new Map<string, { seq: number; devices: Record<string, number>; countries: Record<string, number> }>();
  const wanted = [...new Map(users.map((user) => [`${user.instance_id} ${user.login}`, user])).values()];
  const rows =
    wanted.length === 0
      ? []
      : await db.query<{ instance_id: string; login: string; seq: number } & Row>(
          `SELECT k.instance_id, k.login, c.seq,
             (SELECT state FROM finding_state s WHERE s.instance_id = k.instance_id AND s.rule = 'new_device' AND s.key = k.login) AS devices,
             (SELECT state FROM finding_state s WHERE s.instance_id = k.instance_id AND s.rule = 'new_country' AND s.key = k.login) AS countries
           FROM json_to_recordset($1::json) AS k (instance_id uuid, login text) JOIN finding_cursor c ON c.instance_id = k.instance_id`,
          [JSON.stringify(wanted)],
        );
  for (const row of rows) {
    found.set(`${row.instance_id} ${row.login}`, {
      seq: row.seq,
      devices: firstSeen(row.devices),
      countries: firstSeen(row.countries),
    });
  }
  return (instanceId, login) => found.get(`${instanceId} ${login}`);
}

function firstSeen(state: unknown): Record<string, number> {
  if (typeof state !== "string") return {};
  const { known } = JSON.parse(state) as { known: Record<string, [seq: number, at: number]> };
  return Object.fromEntries(Object.entries(known).map(([value, [seq]]) => [value, seq]));
}

export interface ParameterRow {
  scope_id: string;
  rule: string;
  parameters: string;
  set_by: string;
  set_at: string;
}

/** Thresholds that were set: the organisation's, and the instance's own when one is given. */
export async function readParameters(store: Store, instanceId: string | undefined): Promise<ParameterRow[]> {
  return store.database.query<ParameterRow>(
    "SELECT scope_id, rule, parameters, set_by, set_at FROM finding_parameters WHERE scope_id = $1 OR scope_id = $2::uuid",
    [store.organisationId, instanceId ?? null],
  );
}

export async function storeParameters(
  store: Store,
  row: { instanceId: string | undefined; rule: string; parameters: string; actor: string },
): Promise<void> {
  await store.database.query(
    `INSERT INTO finding_parameters (scope_id, rule, organisation_id, parameters, set_by, set_at) VALUES ($1, $2, $3, $4::json, $5, $6)
     ON CONFLICT (scope_id, rule) DO UPDATE SET parameters = excluded.parameters, set_by = excluded.set_by, set_at = excluded.set_at`,
    [
      row.instanceId ?? store.organisationId,
      row.rule,
      store.organisationId,
      row.parameters,
      row.actor,
      store.clock().toISOString(),
    ],
  );
}

/** Ids of instances with events that the rules have not seen yet; the internal one of the own log is one of them. */
export async function dueFindings(store: Store): Promise<string[]> {
  const rows = await store.database.query<{ id: string }>(
    `SELECT i.id FROM instance i LEFT JOIN finding_cursor c ON c.instance_id = i.id
     WHERE i.organisation_id = $1 AND i.state <> 'removed' AND i.head_seq > coalesce(c.seq, 0) ORDER BY i.name`,
    [store.organisationId],
  );
  return rows.map(({ id }) => id);
}
