import type { Queryable } from "./database.ts";
import type { Store } from "./types.ts";

/* Policies of sessions as they were set here, version by version, and what each instance was last seen to enforce. */

export interface SessionPolicyRow {
  scope_id: string;
  version: number;
  instance_id: string | null;
  /** JSON text; null: an instance goes back to the organisation's, an organisation has none any more */
  policy: string | null;
  reason: string;
  set_by: string;
  set_at: string;
}
export interface PolicyStateRow {
  instance_id: string;
  in_force: string | null;
  in_force_version: string | null;
  in_force_changed_at: string | null;
  in_force_changed_by: string | null;
  checked_at: string | null;
  /** scope and version of the policy that was pushed last */
  pushed: string | null;
  pushed_at: string | null;
  error: string | null;
}

/** Adds the next version of a scope's policy. Answers the version. */
export async function storeSessionPolicy(
  store: Store,
  row: { instanceId: string | undefined; policy: string | null; reason: string; actor: string },
): Promise<number> {
  const scope = row.instanceId ?? store.organisationId;
  const [added] = await store.database.query<{ version: number }>(
    `INSERT INTO session_policy (scope_id, version, organisation_id, instance_id, policy, reason, set_by, set_at)
     SELECT $1::uuid, coalesce(max(version), 0) + 1, $2::uuid, $3::uuid, $4::json, $5, $6, $7::timestamptz
     FROM session_policy WHERE scope_id = $1 RETURNING version`,
    [
      scope,
      store.organisationId,
      row.instanceId ?? null,
      row.policy,
      row.reason,
      row.actor,
      store.clock().toISOString(),
    ],
  );
  return added!.version;
}

/** Newest first: of the organisation (`instanceId` undefined) or of an instance. */
export async function readSessionPolicies(
  store: Store,
  instanceId: string | undefined,
  limit = 100,
): Promise<SessionPolicyRow[]> {
  return store.database.query<SessionPolicyRow>(
    `SELECT scope_id, version, instance_id, policy, reason, set_by, set_at FROM session_policy
     WHERE scope_id = $1 ORDER BY version DESC LIMIT ${Math.trunc(limit)}`,
    [instanceId ?? store.organisationId],
  );
}

export async function readPolicyState(db: Queryable, instanceId: string): Promise<PolicyStateRow | undefined> {
  return (
    await db.query<PolicyStateRow>(
      `SELECT instance_id, in_force, in_force_version, in_force_changed_at, in_force_changed_by, checked_at, pushed, pushed_at, error
       FROM session_policy_state WHERE instance_id = $1`,
      [instanceId],
    )
  )[0];
}

/** What the instance says it enforces; `pushed` when that is what we have just set there. */
export async function storePolicyState(
  store: Store,
  instanceId: string,
  state: {
    in_force: string;
    version: string;
    changed_at: string | null;
    changed_by: string | null;
    pushed: string | undefined;
  },
): Promise<void> {
  const now = store.clock().toISOString();
  await store.database.query(
    `INSERT INTO session_policy_state AS s (instance_id, in_force, in_force_version, in_force_changed_at, in_force_changed_by, checked_at, pushed, pushed_at)
     VALUES ($1, $2::json, $3, $4, $5, $6::timestamptz, $7::text, CASE WHEN $7::text IS NULL THEN NULL ELSE $6::timestamptz END)
     ON CONFLICT (instance_id) DO UPDATE SET in_force = excluded.in_force, in_force_version = excluded.in_force_version,
       in_force_changed_at = excluded.in_force_changed_at, in_force_changed_by = excluded.in_force_changed_by,
       checked_at = excluded.checked_at, pushed = coalesce(excluded.pushed, s.pushed),
       pushed_at = coalesce(excluded.pushed_at, s.pushed_at), error = NULL`,
    [instanceId, state.in_force, state.version, state.changed_at, state.changed_by, now, state.pushed ?? null],
  );
}

export async function storePolicyError(store: Store, instanceId: string, error: string): Promise<void> {
  await store.database.query(
    `INSERT INTO session_policy_state (instance_id, error) VALUES ($1, $2)
     ON CONFLICT (instance_id) DO UPDATE SET error = excluded.error`,
    [instanceId, error],
  );
}
