import type { BridgeClient } from "../../odoo_addon_client/index.ts";
import type { PolicyState } from "../../odoo_addon_client/session-protocol.ts";
import { readPolicyState, storePolicyError, storePolicyState } from "../store/session-policy-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { desiredPolicy, policyFor, pushMark } from "./show.ts";

/** What this room needs of a client. */
export type PolicyClient = Pick<BridgeClient, "policyGet" | "policySet">;

/**
 * Brings what an instance enforces together with what is wanted: pushes a version once, and otherwise only looks (when
 * `look` says so). What an administrator changed in Odoo afterwards is shown as drift, not overwritten: it holds until
 * somebody sets the policy here again. Idempotent: a push that succeeded without our hearing of it is pushed again.
 * Throws VigilClientError; the error stands with the policy until a push succeeds.
 */
export async function pushPolicy(
  store: Store,
  instance: Instance,
  client: PolicyClient,
  options: { look: boolean },
): Promise<"pushed" | "looked" | "nothing"> {
  const desired = await desiredPolicy(store, instance.id);
  const state = await readPolicyState(store.database, instance.id);
  const mark = desired && pushMark(desired);
  const due = desired !== undefined && state?.pushed !== mark;
  if (!due && !options.look) return "nothing";
  try {
    const answer = due
      ? await client.policySet({
          policy: policyFor(instance, desired.policy),
          reason: desired.reason,
          by: desired.set_by,
        })
      : await client.policyGet();
    await storePolicyState(store, instance.id, { ...toRow(answer), pushed: due ? mark : undefined });
    return due ? "pushed" : "looked";
  } catch (error) {
    await storePolicyError(store, instance.id, (error as Error).message);
    throw error;
  }
}

/** Whether a version waits: asked every round, without a call to Odoo. */
export async function isPushDue(store: Store, instance: Instance): Promise<boolean> {
  const desired = await desiredPolicy(store, instance.id);
  if (desired === undefined) return false;
  return (await readPolicyState(store.database, instance.id))?.pushed !== pushMark(desired);
}

function toRow({ policy, version, changed_at, changed_by }: PolicyState) {
  return {
    in_force: JSON.stringify(policy),
    version: String(version),
    changed_at: changed_at ?? null,
    changed_by: changed_by === undefined ? null : "service" in changed_by ? changed_by.service : changed_by.login,
  };
}
