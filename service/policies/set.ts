import type { SessionPolicy } from "../../odoo_addon_client/session-protocol.ts";
import { findByNameOrId, SessionError } from "../sessions/index.ts";
import { storeSessionPolicy } from "../store/session-policy-rows.ts";
import { planSync, readSync } from "../store/session-rows.ts";
import type { Store } from "../store/types.ts";
import { checkPolicy } from "./schema.ts";

export interface PolicyChange {
  /** name or id; absent: every instance without a policy of its own */
  instance?: string | undefined;
  /** null: back to the organisation's (or to none). Anything else is checked. */
  policy: unknown;
  reason: string;
  /** as shown beside the policy and in Odoo's event; the own log is the caller's to write */
  actor: string;
}

/**
 * Sets the policy that instances are to enforce. It is pushed in the next round, and
 * again until the instance has it. Throws SessionError for a policy that is wrong.
 */
export async function setSessionPolicy(
  store: Store,
  change: PolicyChange,
): Promise<{ version: number; policy: SessionPolicy | null }> {
  const policy = change.policy === null ? null : checkPolicy(change.policy);
  const reason = change.reason.trim().slice(0, 500);
  if (reason === "") throw new SessionError("Give a reason: it stands in the history of the policy.");
  const instance = change.instance === undefined ? undefined : await findByNameOrId(store, change.instance);
  const row = { instanceId: instance?.id, policy: policy && JSON.stringify(policy), reason, actor: change.actor };
  const version = await storeSessionPolicy(store, row);
  // the next round is due now: an instance that answers has the policy within seconds
  const concerned = instance === undefined ? await store.instances.list() : [instance];
  for (const { id } of concerned) {
    if ((await readSync(store.database, id)) !== undefined) await planSync(store, id, store.clock());
  }
  return { version, policy };
}
