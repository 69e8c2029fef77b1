import { microseconds } from "../chain/record.ts";
import type { Queryable } from "./database.ts";
import { isDead } from "./leases.ts";
import type { Store } from "./types.ts";

/* A durable queue: a task is a row, its state changes by conditional updates, so that two services never run it both. */

export type TaskState = "pending" | "running" | "succeeded" | "failed" | "cancelled";
export interface TaskActor {
  type: "person" | "api_key" | "system" | "os_user";
  id: string;
  name: string;
}
export interface TaskRow {
  id: string;
  organisation_id: string;
  kind: string;
  title: string;
  state: TaskState;
  /** 0 to 1 */
  progress: number;
  step: string;
  /** JSON text, as are result and created_by in the table */
  parameters: unknown;
  result: unknown;
  error: string | null;
  attempts: number;
  created_by: TaskActor;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}
export type NewTask = Pick<TaskRow, "id" | "organisation_id" | "kind" | "title" | "parameters" | "created_by">;

/** A runner that says nothing for so long is taken for dead. */
export const HELD_MS = 60_000;
const COLUMNS =
  "id, organisation_id, kind, title, state, progress, step, parameters, result, error, attempts, created_by, created_at, started_at, ended_at";

export async function insertTask(tx: Queryable, task: NewTask, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO task (id, organisation_id, kind, title, parameters, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5::json, $6::json, $7)`,
    [
      task.id, task.organisation_id, task.kind, task.title, JSON.stringify(task.parameters),
      JSON.stringify(task.created_by), now.toISOString(),
    ], // biome-ignore format: as the statement reads
  );
}

/** Takes the oldest pending task of these kinds, of any organisation; undefined when none waits. */
export async function claimTask(store: Store, kinds: string[], holder: string): Promise<TaskRow | undefined> {
  const now = store.clock();
  const [row] = await store.database.query(
    `UPDATE task SET state = 'running', step = 'beginning', progress = 0, holder = $2, held_until = $4, started_at = $3,
       ended_at = NULL, error = NULL, attempts = attempts + 1
     WHERE id = (SELECT id FROM task WHERE state = 'pending' AND kind = ANY($1::text[]) ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}`,
    [kinds, holder, now.toISOString(), heldUntil(now)],
  );
  return row === undefined ? undefined : toTask(row);
}

/** Keeps it ours, and says how far it is. False when it is no longer ours: stop working. */
export async function beatTask(
  store: Store,
  id: string,
  holder: string,
  progress: number,
  step: string,
): Promise<boolean> {
  const rows = await store.database.query(
    "UPDATE task SET progress = $3, step = $4, held_until = $5 WHERE id = $1 AND holder = $2 AND state = 'running' RETURNING 1",
    [id, holder, progress, step, heldUntil(store.clock())],
  );
  return rows.length > 0;
}

/** Ends a running task that is ours; false when it is not, and then nothing else of the transaction may stand. */
export async function endTask(
  tx: Queryable,
  task: { id: string; holder: string; state: "succeeded" | "failed"; result?: unknown; error?: string },
  now: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE task SET state = $3, result = $4::json, error = $5, ended_at = $6, holder = NULL, held_until = NULL,
       progress = CASE WHEN $3 = 'succeeded' THEN 1 ELSE progress END, step = $3
     WHERE id = $1 AND holder = $2 AND state = 'running' RETURNING 1`,
    [
      task.id, task.holder, task.state, task.result === undefined ? null : JSON.stringify(task.result),
      task.error ?? null, now.toISOString(),
    ], // biome-ignore format: as the statement reads
  );
  return rows.length > 0;
}

const ABANDONED = "The service stopped while this was being made; nothing half was kept: try again.";

/** Running tasks whose runner is gone become failed ones, which can be tried again. Answers how many. */
export async function failAbandonedTasks(store: Store): Promise<number> {
  const now = store.clock();
  const rows = await store.database.query<{ id: string; holder: string; held_until: string }>(
    "SELECT id, holder, held_until FROM task WHERE state = 'running'",
  );
  let failed = 0;
  for (const row of rows) {
    if (!isDead(row.holder) && Date.parse(microseconds(row.held_until)) > now.getTime()) continue;
    const end = { id: row.id, holder: row.holder, state: "failed" as const, error: ABANDONED };
    if (await endTask(store.database, end, now)) failed++;
  }
  return failed;
}

/** Only what has not begun: false otherwise. */
export async function cancelTask(tx: Queryable, organisationId: string, id: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    "UPDATE task SET state = 'cancelled', step = 'cancelled', ended_at = $3 WHERE id = $1 AND organisation_id = $2 AND state = 'pending' RETURNING 1",
    [id, organisationId, now.toISOString()],
  );
  return rows.length > 0;
}

/** What failed or was cancelled waits again: false otherwise. */
export async function retryTask(tx: Queryable, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE task SET state = 'pending', step = 'waiting', progress = 0, error = NULL, ended_at = NULL
     WHERE id = $1 AND organisation_id = $2 AND state IN ('failed', 'cancelled') RETURNING 1`,
    [id, organisationId],
  );
  return rows.length > 0;
}

export async function findTask(store: Store, id: string): Promise<TaskRow | undefined> {
  const [row] = await store.database.query(`SELECT ${COLUMNS} FROM task WHERE id = $1 AND organisation_id = $2`, [
    id,
    store.organisationId,
  ]);
  return row === undefined ? undefined : toTask(row);
}

export interface TaskPage {
  limit: number;
  offset?: number | undefined;
  /** the last one of the page before */
  after?: { created_at: string; id: string } | undefined;
}

/** Newest first, through `task_newest`. */
export async function listTasks(store: Store, kind: string, { limit, offset, after }: TaskPage): Promise<TaskRow[]> {
  const rows = await store.database.query(
    `SELECT ${COLUMNS} FROM task WHERE organisation_id = $1 AND kind = $2
       AND ($3::timestamptz IS NULL OR (created_at, id) < ($3::timestamptz, $4::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6`,
    [store.organisationId, kind, after?.created_at ?? null, after?.id ?? null, limit, offset ?? 0],
  );
  return rows.map(toTask);
}

export async function countTasks(store: Store, kind: string): Promise<number> {
  const [row] = await store.database.query<{ n: string }>(
    "SELECT count(*) AS n FROM task WHERE organisation_id = $1 AND kind = $2",
    [store.organisationId, kind],
  );
  return Number(row!.n);
}

const heldUntil = (now: Date): string => new Date(now.getTime() + HELD_MS).toISOString();

function toTask(row: Record<string, unknown>): TaskRow {
  const json = (key: string): unknown => (row[key] === null ? null : JSON.parse(row[key] as string));
  const time = (key: string): string | null => (row[key] === null ? null : microseconds(row[key] as string));
  return {
    ...(row as unknown as TaskRow),
    parameters: json("parameters"),
    result: json("result"),
    created_by: json("created_by") as TaskActor,
    created_at: time("created_at")!,
    started_at: time("started_at"),
    ended_at: time("ended_at"),
  };
}
