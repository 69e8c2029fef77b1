import { microseconds } from "../chain/record.ts";
import { StoreError } from "../store/errors.ts";
import { readHolds, readPolicies, storeHold, storePolicy } from "../store/policy-rows.ts";
import type { Store } from "../store/types.ts";

export interface Policy {
  /** absent: the default of the organisation */
  instance?: string;
  days: number;
  set_by: string;
  set_at: string;
}
export interface Hold {
  instance: string;
  reason: string;
  set_by: string;
  set_at: string;
}

const LONGEST_DAYS = 36_500;

/** 1 to 36500 days; for one instance, or without `instance` for the organisation. Applies to what is stored already, too. */
export async function setPolicy(
  store: Store,
  policy: { instance?: string; days: number; actor: string },
): Promise<void> {
  if (!Number.isInteger(policy.days) || policy.days < 1 || policy.days > LONGEST_DAYS) {
    throw new StoreError(
      `Retention of ${policy.days} days is not possible: give whole days from 1 to ${LONGEST_DAYS}.`,
    );
  }
  const instance = policy.instance === undefined ? undefined : await store.instances.get(policy.instance);
  await storePolicy(store, instance?.id, policy.days, policy.actor);
}

export async function listPolicies(store: Store): Promise<Policy[]> {
  return (await readPolicies(store)).map(({ instance, days, set_by, set_at }) => ({
    ...(instance === null ? {} : { instance }),
    days,
    set_by,
    set_at: microseconds(set_at),
  }));
}

/** Legal hold: nothing of the instance is purged until it is released. */
export async function setHold(store: Store, hold: { instance: string; reason: string; actor: string }): Promise<void> {
  if (hold.reason.trim() === "") throw new StoreError("A legal hold needs a reason: say why these events must stay.");
  await storeHold(store, (await store.instances.get(hold.instance)).id, hold.reason, hold.actor);
}

export async function releaseHold(store: Store, hold: { instance: string; actor: string }): Promise<void> {
  await storeHold(store, (await store.instances.get(hold.instance)).id, undefined, hold.actor);
}

export async function listHolds(store: Store): Promise<Hold[]> {
  return (await readHolds(store)).map((row) => ({ ...row, set_at: microseconds(row.set_at) }));
}
