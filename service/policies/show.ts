import type { SessionPolicy } from "../../odoo_addon_client/session-protocol.ts";
import { microseconds } from "../chain/record.ts";
import { findByNameOrId, present } from "../sessions/index.ts";
import { readPolicyState, readSessionPolicies, type SessionPolicyRow } from "../store/session-policy-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { policyDifferences } from "./schema.ts";

export interface DesiredPolicy {
  policy: SessionPolicy;
  /** where it was set */
  scope: "instance" | "organisation";
  version: number;
  reason: string;
  set_by: string;
  set_at: string;
}

/**
 * applied    the instance enforces what is wanted
 * waiting    not pushed yet; it goes on enforcing what it has
 * drifted    pushed, and changed in Odoo afterwards: `differences` says in what; setting the policy again overwrites it
 * unmanaged  nothing is wanted from here; what Odoo's own settings say holds
 */
export type PolicyStatus = "applied" | "waiting" | "drifted" | "unmanaged";

export interface ShownPolicy {
  instance: string;
  instance_id: string;
  status: PolicyStatus;
  desired?: DesiredPolicy;
  in_force?: { policy: SessionPolicy; version: string; changed_at?: string; changed_by?: string };
  /** keys in which they differ */
  differences: string[];
  checked_at?: string;
  pushed_at?: string;
  /** why the last push failed */
  error?: string;
}

/** What each instance is to enforce and what it does enforce. Throws InstanceUnknownError. */
export async function showPolicies(store: Store, instance?: string): Promise<ShownPolicy[]> {
  const instances = instance === undefined ? await store.instances.list() : [await findByNameOrId(store, instance)];
  const shown: ShownPolicy[] = [];
  for (const one of instances) shown.push(await showPolicy(store, one));
  return shown;
}

async function showPolicy(store: Store, instance: Instance): Promise<ShownPolicy> {
  const desired = await desiredPolicy(store, instance.id);
  const state = await readPolicyState(store.database, instance.id);
  const in_force = state?.in_force ? (JSON.parse(state.in_force) as SessionPolicy) : undefined;
  const differences = desired && in_force ? policyDifferences(policyFor(instance, desired.policy), in_force) : [];
  const at = (time: string | null | undefined) => (time ? microseconds(time) : undefined);
  let status: PolicyStatus = "unmanaged";
  if (desired !== undefined) {
    const pushed = state?.pushed === pushMark(desired);
    status = !pushed || in_force === undefined ? "waiting" : differences.length > 0 ? "drifted" : "applied";
  }
  return present({
    instance: instance.name,
    instance_id: instance.id,
    status,
    desired,
    in_force:
      in_force &&
      present({
        policy: in_force,
        version: state!.in_force_version ?? "",
        changed_at: at(state!.in_force_changed_at),
        changed_by: state!.in_force_changed_by ?? undefined,
      }),
    differences,
    checked_at: at(state?.checked_at),
    pushed_at: at(state?.pushed_at),
    error: state?.error ?? undefined,
  });
}

/**
 * What is really sent to an instance. A policy of hours or networks would shut the service itself out, and then nobody
 * could take it back from here: its own login is exempt from it.
 */
export function policyFor(instance: Instance, policy: SessionPolicy): SessionPolicy {
  const restricts = (policy.allowed_hours?.length ?? 0) > 0 || (policy.allowed_networks?.length ?? 0) > 0;
  if (!restricts || policy.exempt?.includes(instance.login)) return policy;
  return { ...policy, exempt: [...(policy.exempt ?? []), instance.login] };
}

/** The instance's own policy, else the organisation's, else undefined. */
export async function desiredPolicy(store: Store, instanceId: string): Promise<DesiredPolicy | undefined> {
  const [own] = await readSessionPolicies(store, instanceId, 1);
  if (own?.policy) return toDesired(own, "instance");
  const [common] = await readSessionPolicies(store, undefined, 1);
  return common?.policy ? toDesired(common, "organisation") : undefined;
}

/** Every version that was set, newest first; `policy` null: taken back. */
export async function policyHistory(
  store: Store,
  instance?: string,
): Promise<{ version: number; policy: SessionPolicy | null; reason: string; set_by: string; set_at: string }[]> {
  const instanceId = instance === undefined ? undefined : (await findByNameOrId(store, instance)).id;
  return (await readSessionPolicies(store, instanceId)).map(({ version, policy, reason, set_by, set_at }) => ({
    version,
    policy: policy === null ? null : (JSON.parse(policy) as SessionPolicy),
    reason,
    set_by,
    set_at: microseconds(set_at),
  }));
}

function toDesired(row: SessionPolicyRow, scope: DesiredPolicy["scope"]): DesiredPolicy {
  const { version, policy, reason, set_by, set_at } = row;
  return {
    policy: JSON.parse(policy!) as SessionPolicy,
    scope,
    version,
    reason,
    set_by,
    set_at: microseconds(set_at),
  };
}

/** Names a version, so that one that was pushed is not pushed again. */
export function pushMark({ scope, version, set_at }: DesiredPolicy): string {
  return `${scope} ${version} ${set_at}`;
}
