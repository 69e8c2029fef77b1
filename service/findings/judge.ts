import { createHash } from "node:crypto";
import type { Severity } from "../../odoo_addon_client/event.ts";
import { isIgnored, type ParametersByRule } from "./parameters.ts";
import type { Found, Parameters, Sighting } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** What a rule found, with everything that is needed to find it again. */
export interface Judgement extends Omit<Found, "details"> {
  /** the event that completed it */
  seq: number;
  rule: string;
  severity: Severity;
  at: number;
  details: NonNullable<Found["details"]>;
  parameters: Parameters;
}

/** The memory of all rules: by rule and key. */
export interface Memory {
  get(rule: string, key: string): unknown;
  set(rule: string, key: string, state: unknown): void;
}

export class MapMemory implements Memory {
  readonly states = new Map<string, unknown>();
  get(rule: string, key: string): unknown {
    return this.states.get(`${rule} ${key}`);
  }
  set(rule: string, key: string, state: unknown): void {
    this.states.set(`${rule} ${key}`, state);
  }
}

/** Which memories a sighting concerns: they have to be there before `judge`. */
export function keysOf(sighting: Sighting, parameters: ParametersByRule): { rule: string; key: string }[] {
  return RULES.flatMap((rule) => {
    const own = parameters[rule.name]!;
    if (own.enabled === false || isIgnored(sighting, own)) return [];
    const key = rule.key(sighting, own);
    return key === undefined || key === "" ? [] : [{ rule: rule.name, key }];
  });
}

/** Shows one sighting to every rule. Pure but for `memory`. */
export function judge(sighting: Sighting, parameters: ParametersByRule, memory: Memory): Judgement[] {
  const keys = keysOf(sighting, parameters);
  const judgements: Judgement[] = [];
  for (const rule of RULES) {
    const key = keys.find((one) => one.rule === rule.name)?.key;
    if (key === undefined) continue;
    const own = parameters[rule.name]!;
    const { state, found } = rule.step(memory.get(rule.name, key), sighting, own);
    memory.set(rule.name, key, state);
    if (found === undefined) continue;
    const { details = {}, ...rest } = found;
    const { seq, at } = sighting;
    judgements.push({ ...rest, seq, at, rule: rule.name, severity: rule.severity, details, parameters: own });
  }
  return judgements;
}

/** All findings of a past, from the beginning: the same sightings and parameters always give the same. */
export function replay(sightings: Iterable<Sighting>, parameters: ParametersByRule): Judgement[] {
  const memory = new MapMemory();
  const judgements: Judgement[] = [];
  for (const sighting of sightings) judgements.push(...judge(sighting, parameters, memory));
  return judgements;
}

/** The same finding has the same id wherever and whenever it is found. */
export function findingId(instanceId: string, { rule, seq, subject }: Judgement): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([instanceId, rule, seq, subject]))
    .digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
