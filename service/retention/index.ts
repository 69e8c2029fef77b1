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
/** What a run would delete, by instance. */
export interface RetentionPlan {
  items: {
    instance: string;
    policy_days: number;
    /** set: nothing of it is deleted */
    hold?: string;
    segments: number;
    events: number;
    first_seq?: number;
    last_seq?: number;
    oldest_received_on?: string;
    newest_received_on?: string;
  }[];
  events: number;
}
export interface RetentionResult {
  events: number;
  segments: number;
  dropped_partitions: number;
  /** instances that verified after the purge */
  verified: string[];
}

export async function planRetention(_store: Store): Promise<RetentionPlan> {
  throw new Error("not yet");
}
/** Purges what the plan names, writes the tombstones, verifies each instance afterwards. */
export async function runRetention(_store: Store, _options: { actor: string }): Promise<RetentionResult> {
  throw new Error("not yet");
}
/** 1 to 36500 days; for one instance, or without `instance` for the organisation. Applies to what is stored already, too. */
export async function setPolicy(
  _store: Store,
  _policy: { instance?: string; days: number; actor: string },
): Promise<void> {
  throw new Error("not yet");
}
export async function listPolicies(_store: Store): Promise<Policy[]> {
  throw new Error("not yet");
}
/** Legal hold: nothing of the instance is purged until it is released. */
export async function setHold(
  _store: Store,
  _hold: { instance: string; reason: string; actor: string },
): Promise<void> {
  throw new Error("not yet");
}
export async function releaseHold(_store: Store, _hold: { instance: string; actor: string }): Promise<void> {
  throw new Error("not yet");
}
export async function listHolds(_store: Store): Promise<Hold[]> {
  throw new Error("not yet");
}
