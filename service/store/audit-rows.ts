import { randomUUID } from "node:crypto";
import { genesisHash } from "../chain/hashing.ts";
import { microseconds } from "../chain/record.ts";
import type { Queryable, Row } from "./database.ts";
import { findAnyInstance } from "./instances.ts";
import type { Instance, Store } from "./types.ts";

/* The service's own audit log: entries wait in audit_staging until they are chained behind the internal instance. */

/** No name that `instance add` takes: it cannot be confused with an Odoo. */
export const AUDIT_INSTANCE = "vigil:audit";
/** C6: the seed's default; `PATCH /api/organisation` and `retention policy set --instance vigil:audit` change it */
const AUDIT_RETENTION_DAYS = 90;

export interface StagedEntry {
  number: number;
  id: string;
  occurred_at: string;
  /** JSON */
  entry: string;
}

export async function stageAudit(
  tx: Queryable,
  row: { id: string; organisation_id: string; occurred_at: string; entry: string },
): Promise<void> {
  await tx.query("INSERT INTO audit_staging (id, organisation_id, occurred_at, entry) VALUES ($1, $2, $3, $4::json)", [
    row.id,
    row.organisation_id,
    row.occurred_at,
    row.entry,
  ]);
}

/** Organisations whose entries wait. Almost always an empty table: a scan of no pages. */
export async function organisationsWaiting(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ organisation_id: string }>("SELECT DISTINCT organisation_id FROM audit_staging");
  return rows.map((row) => row.organisation_id);
}

/**
 * The oldest that wait. An entry whose transaction commits late has a lower number than ones that are chained already:
 * it is simply chained after them, because what is chained leaves the table.
 */
export async function readStaged(store: Store, limit: number): Promise<StagedEntry[]> {
  const rows = await store.database.query<StagedEntry>(
    "SELECT number, id, occurred_at, entry FROM audit_staging WHERE organisation_id = $1 ORDER BY number LIMIT $2",
    [store.organisationId, limit],
  );
  return rows.map((row) => ({ ...row, occurred_at: microseconds(row.occurred_at) }));
}

/** Those that were still there. */
export async function deleteStaged(tx: Queryable, numbers: number[]): Promise<number> {
  return (await tx.query("DELETE FROM audit_staging WHERE number = ANY($1::bigint[]) RETURNING 1", [numbers])).length;
}

/** The internal instance of the store's organisation; made at its first entry. */
export async function internalInstance(store: Store): Promise<Instance> {
  const find = async (): Promise<Instance | undefined> => {
    const [row] = await store.database.query<{ id: string }>(
      "SELECT id FROM instance WHERE organisation_id = $1 AND kind = 'internal'",
      [store.organisationId],
    );
    return row === undefined ? undefined : findAnyInstance(store, row.id);
  };
  const found = await find();
  if (found !== undefined) return found;
  const id = randomUUID();
  await store.database.query(
    `INSERT INTO instance (id, organisation_id, kind, name, url, db, login, head_hash, retention_days, retention_set_by, retention_set_at, created_at)
     VALUES ($1, $2, 'internal', $3, '', '', '', $4, $5, 'default', $6, $6) ON CONFLICT DO NOTHING`,
    [
      id, store.organisationId, AUDIT_INSTANCE, genesisHash(store.organisationId, id), AUDIT_RETENTION_DAYS,
      store.clock().toISOString(),
    ], // biome-ignore format: as the statement reads
  );
  return (await find())!;
}

/** As `internalInstance`, for who needs no more than its id: one statement. */
export async function internalInstanceId(store: Store): Promise<string> {
  const [row] = await store.database.query<{ id: string }>(
    "SELECT id FROM instance WHERE organisation_id = $1 AND kind = 'internal'",
    [store.organisationId],
  );
  return row?.id ?? (await internalInstance(store)).id;
}

/** Internal instances with events that no checkpoint covers yet. */
export async function unsealedInternal(db: Queryable): Promise<{ id: string; organisation_id: string }[]> {
  return db.query(
    `SELECT i.id, i.organisation_id FROM instance i WHERE i.kind = 'internal'
       AND i.head_seq > coalesce((SELECT max(s.last_seq) FROM segment s WHERE s.instance_id = i.id), 0)`,
  );
}

export interface AuditRowFilter {
  action?: string | undefined;
  actor_id?: string | undefined;
  resource_type?: string | undefined;
  resource_id?: string | undefined;
  /** ISO 8601, inclusive */
  from?: string | undefined;
  /** ISO 8601, inclusive to its last millisecond */
  to?: string | undefined;
  success?: boolean | undefined;
  owner_events: boolean;
}

const CONDITIONS: [keyof AuditRowFilter, string][] = [
  ["action", "e.kind = ?"],
  ["actor_id", "e.details #>> '{actor,id}' = ?"],
  ["resource_type", "e.model = ?"],
  ["resource_id", "e.details ->> 'resource_id' = ?"],
  ["from", "e.occurred_at >= ?::timestamptz"],
  ["to", "e.occurred_at < ?::timestamptz + interval '1 millisecond'"],
  ["success", "(e.details ->> 'success')::boolean = ?"],
];

/**
 * Entries of one organisation in the order of the chain. Newest first, a page of 50 of 100,000 entries costs 0.2 ms
 * (the partitions' primary keys backwards, ended by LIMIT); a filter that finds nothing reads the whole period, 2 to 4 µs
 * an entry: an index over JSON would cost every Odoo's events for the sake of a log that is small beside them.
 */
export async function readAudit(
  store: Store,
  instanceId: string,
  filter: AuditRowFilter,
  page: { order: "asc" | "desc"; after_seq?: number | undefined; limit: number; offset?: number | undefined },
): Promise<Row[]> {
  const parameters: unknown[] = [instanceId, store.organisationId];
  const where = ["e.instance_id = $1", "e.organisation_id = $2"];
  const add = (sql: string, value: unknown): void => {
    parameters.push(value);
    where.push(sql.replace("?", `$${parameters.length}`));
  };
  for (const [key, sql] of CONDITIONS) if (filter[key] !== undefined) add(sql, filter[key]);
  // received within a second of having occurred, or after an outage later: never a day before
  if (filter.from !== undefined) add("e.received_on >= ?::timestamptz::date - 1", filter.from);
  if (!filter.owner_events) where.push("e.details ->> 'owner_only' IS NULL");
  if (page.after_seq !== undefined) add(`e.seq ${page.order === "asc" ? ">" : "<"} ?::bigint`, page.after_seq);
  const order = page.order === "asc" ? "ASC" : "DESC";
  return store.database.query(
    `SELECT e.seq, e.source_id, e.occurred_at, e.kind, e.model, e.record_name, e.ip, e.user_agent, e.origin, e.changes, e.details, e.hash
     FROM event e WHERE ${where.join(" AND ")} ORDER BY e.received_on ${order}, e.seq ${order}
     LIMIT ${Number(page.limit)} OFFSET ${Number(page.offset ?? 0)}`,
    parameters,
  );
}

/** By name, removed ones included (the newest of that name): what an entry is about. */
export async function findInstanceId(
  tx: Queryable,
  organisationId: string,
  name: string,
): Promise<{ id: string } | undefined> {
  const [row] = await tx.query<{ id: string }>(
    "SELECT id FROM instance WHERE organisation_id = $1 AND name = $2 ORDER BY created_at DESC LIMIT 1",
    [organisationId, name],
  );
  return row;
}
