export { isPushDue, type PolicyClient, pushPolicy } from "./push.ts";
export {
  checkPolicy,
  policyDifferences,
  type SessionPolicy,
  SessionPolicySchema,
  type WholePolicy,
  wholePolicy,
} from "./schema.ts";
export { type PolicyChange, setSessionPolicy } from "./set.ts";
export { type DesiredPolicy, type PolicyStatus, policyHistory, type ShownPolicy, showPolicies } from "./show.ts";
