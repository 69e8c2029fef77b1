import type { Queryable } from "./database.ts";
import type { Store } from "./types.ts";

/* Retention settings: the organisation's default, an instance's own, and legal holds. Each call is one transaction. */

export interface PolicyRow {
  instance: string | null;
  days: number;
  set_by: string;
  set_at: string;
}
export interface HoldRow {
  instance: string;
  reason: string;
  set_by: string;
  set_at: string;
}

export async function storePolicy(
  store: Store,
  instanceId: string | undefined,
  days: number,
  actor: string,
): Promise<void> {
  const parameters = [instanceId ?? store.organisationId, days, actor, store.clock().toISOString()];
  const table = instanceId === undefined ? "organisation" : "instance";
  await store.database.ownerTransaction((tx) =>
    tx.query(
      `UPDATE ${table} SET retention_days = $2, retention_set_by = $3, retention_set_at = $4 WHERE id = $1`,
      parameters,
    ),
  );
}

export async function readPolicies(store: Store): Promise<PolicyRow[]> {
  return store.database.query<PolicyRow>(
    `SELECT NULL::text AS instance, retention_days AS days, retention_set_by AS set_by, retention_set_at AS set_at FROM organisation WHERE id = $1
     UNION ALL SELECT name, retention_days, retention_set_by, retention_set_at FROM instance
       WHERE organisation_id = $1 AND state <> 'removed' AND retention_days IS NOT NULL
     ORDER BY instance NULLS FIRST`,
    [store.organisationId],
  );
}

/** `reason` undefined releases the hold. */
export async function storeHold(
  store: Store,
  instanceId: string,
  reason: string | undefined,
  actor: string,
): Promise<void> {
  await writeHold(store.database, instanceId, reason, actor, store.clock());
}

/** As `storeHold`, in a transaction of somebody else's. */
export async function writeHold(
  tx: Queryable,
  instanceId: string,
  reason: string | undefined,
  actor: string,
  at: Date,
): Promise<void> {
  await tx.query("UPDATE instance SET hold_reason = $2, hold_set_by = $3, hold_set_at = $4 WHERE id = $1", [
    instanceId,
    reason ?? null,
    actor,
    at.toISOString(),
  ]);
}

export async function readHolds(store: Store): Promise<HoldRow[]> {
  return store.database.query<HoldRow>(
    `SELECT name AS instance, hold_reason AS reason, hold_set_by AS set_by, hold_set_at AS set_at FROM instance
     WHERE organisation_id = $1 AND hold_reason IS NOT NULL ORDER BY name`,
    [store.organisationId],
  );
}
