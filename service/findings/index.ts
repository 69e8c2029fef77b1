export { findingId, type Judgement, judge, MapMemory, replay } from "./judge.ts";
export { type Finding, type FindingQuery, listFindings } from "./list.ts";
export type { NoticeSwitches } from "./notices.ts";
export {
  DEFAULTS,
  effectiveParameters,
  listRules,
  ParameterError,
  type ParametersByRule,
  type RuleShown,
  setParameters,
} from "./parameters.ts";
export type { Parameters, Rule, Sighting } from "./rule.ts";
export { findRule, RULES } from "./rules/index.ts";
export { type RunOptions, runFindings, sightingsOf, tidyFindings } from "./run.ts";
