export { type ErasureOptions, type ErasurePlan, type ErasureRequest, erase, planErasure } from "./erase.ts";
export { type Hold, listHolds, listPolicies, type Policy, releaseHold, setHold, setPolicy } from "./policy.ts";
export { type PlanItem, planRetention, type RetentionPlan, type RetentionResult, runRetention } from "./run.ts";
