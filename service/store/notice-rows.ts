import type { Queryable } from "./database.ts";
import type { NoticeRow } from "./finding-rows.ts";
import type { Store } from "./types.ts";

/* Notices on their way to a person's inbox in Odoo; `outcome` stays null until one was sent, refused or given up. */

/** Younger than `since`, oldest first. */
export async function readWaitingNotices(db: Queryable, instanceId: string, limit: number): Promise<NoticeRow[]> {
  return db.query<NoticeRow>(
    `SELECT key, user_login, kind, subject, body FROM notice WHERE instance_id = $1 AND outcome IS NULL
     ORDER BY created_at, key LIMIT ${Math.trunc(limit)}`,
    [instanceId],
  );
}

/** Takes a notice for sending: true for one of several services only, and never twice. */
export async function takeNotice(store: Store, instanceId: string, key: string): Promise<boolean> {
  const rows = await store.database.query(
    "UPDATE notice SET outcome = 'sending', tried_at = $3, attempts = attempts + 1 WHERE instance_id = $1 AND key = $2 AND outcome IS NULL RETURNING 1",
    [instanceId, key, store.clock().toISOString()],
  );
  return rows.length > 0;
}

/** `outcome` null: it waits again. */
export async function settleNotice(
  store: Store,
  instanceId: string,
  key: string,
  outcome: "sent" | "refused" | null,
): Promise<void> {
  await store.database.query("UPDATE notice SET outcome = $3 WHERE instance_id = $1 AND key = $2", [
    instanceId,
    key,
    outcome,
  ]);
}

/** Those that could not be sent for a day help nobody; those that were sent are forgotten after thirty. */
export async function tidyNotices(store: Store): Promise<void> {
  const before = (days: number) => new Date(store.clock().getTime() - days * 86_400_000).toISOString();
  await store.database.query("UPDATE notice SET outcome = 'given_up' WHERE outcome IS NULL AND created_at < $1", [
    before(1),
  ]);
  await store.database.query("DELETE FROM notice WHERE created_at < $1", [before(30)]);
}
