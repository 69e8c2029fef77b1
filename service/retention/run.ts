import { type VerifyResult, verifyInstance } from "../chain/verify.ts";
import { StoreError } from "../store/errors.ts";
import { findAnyInstance } from "../store/instances.ts";
import { partitionName, periodOf } from "../store/partitions.ts";
import { type DueSegment, dueSegments, purge } from "../store/retention-rows.ts";
import type { Instance, Store } from "../store/types.ts";

/** What a run would delete, by instance. */
export interface RetentionPlan {
  items: PlanItem[];
  events: number;
}
export interface PlanItem {
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
}
export interface RetentionResult {
  events: number;
  segments: number;
  dropped_partitions: number;
  /** instances that verified after the purge */
  verified: string[];
}

/** What runRetention would delete now; an instance under hold is listed, and not counted. */
export async function planRetention(store: Store): Promise<RetentionPlan> {
  const items = [...byInstance(await dueSegments(store)).values()].map(planItem);
  return { items, events: items.reduce((sum, item) => sum + (item.hold === undefined ? item.events : 0), 0) };
}

/**
 * Purges what the plan names. An instance is verified before, so that a purge cannot remove the traces of a
 * forgery, and again after it. Throws StoreError at the first instance that does not hold; what was purged before
 * stays purged. Idempotent: a run that was interrupted is continued by the next one.
 */
export async function runRetention(store: Store, options: { actor: string }): Promise<RetentionResult> {
  const result: RetentionResult = { events: 0, segments: 0, dropped_partitions: 0, verified: [] };
  for (const [instanceId, segments] of byInstance(await dueSegments(store))) {
    if (segments[0]!.hold_reason !== null) continue;
    const instance = await findAnyInstance(store, instanceId);
    await mustVerify(store, instance, "nothing of it was purged");
    let purged = 0;
    for (const group of byPartition(segments)) {
      const done = await purge(store, group, options.actor);
      purged += done.segments;
      result.events += done.events;
      result.segments += done.segments;
      if (done.dropped) result.dropped_partitions++;
    }
    if (purged === 0) continue; // a hold or another policy came in between
    await mustVerify(store, instance, "look at it before the next run");
    result.verified.push(instance.name);
  }
  return result;
}

async function mustVerify(store: Store, instance: Instance, consequence: string): Promise<void> {
  let last: VerifyResult | undefined;
  for await (const step of verifyInstance(store, instance)) if (step.type === "result") last = step;
  if (last?.status === "broken") {
    throw new StoreError(
      `The chain of "${instance.name}" is broken at seq ${last.brokenAt} (${last.reason}): ${consequence}.`,
    );
  }
}

function byInstance(segments: DueSegment[]): Map<string, DueSegment[]> {
  return Map.groupBy(segments, (segment) => segment.instance_id);
}

/** Segments that share a partition are purged together, so that it can be dropped instead of emptied. */
function byPartition(segments: DueSegment[]): Iterable<DueSegment[]> {
  return Map.groupBy(segments, (segment) =>
    partitionName(periodOf(segment.retention_days, segment.received_on)),
  ).values();
}

function planItem(segments: DueSegment[]): PlanItem {
  const first = segments[0]!;
  const last = segments.at(-1)!;
  const days = segments.map((segment) => segment.received_on).sort();
  return {
    instance: first.instance,
    policy_days: first.policy_days,
    ...(first.hold_reason === null ? {} : { hold: first.hold_reason }),
    segments: segments.length,
    events: segments.reduce((sum, segment) => sum + segment.last_seq - segment.first_seq + 1, 0),
    first_seq: first.first_seq,
    last_seq: last.last_seq,
    oldest_received_on: days[0]!,
    newest_received_on: days.at(-1)!,
  };
}
