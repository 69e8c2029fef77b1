import type { Severity } from "../../odoo_addon_client/event.ts";
import { microseconds } from "../chain/record.ts";
import { contains, parseAddress, parseNetwork } from "../places/address.ts";
import { findByNameOrId } from "../sessions/index.ts";
import { StoreError } from "../store/errors.ts";
import { type ParameterRow, readParameters, storeParameters } from "../store/finding-rows.ts";
import { readReportBrand } from "../store/report-brand-rows.ts";
import type { Store } from "../store/types.ts";
import type { Parameters, Rule, Sighting } from "./rule.ts";
import { findRule, RULES } from "./rules/index.ts";
import { isTimeZone } from "./time-zone.ts";

/** Thresholds of every rule, by its name: its defaults, over them the organisation's, over them the instance's. */
export type ParametersByRule = Readonly<Record<string, Parameters>>;

/** Every rule has these besides its own. */
const COMMON: Parameters = { enabled: true, ignore: [] };

export const DEFAULTS: ParametersByRule = Object.fromEntries(
  RULES.map((rule) => [rule.name, { ...COMMON, ...rule.defaults }]),
);

/** A threshold is wrong: the message names it and says what was expected. */
export class ParameterError extends StoreError {
  override name = "ParameterError";
}

export async function effectiveParameters(store: Store, instanceId: string | undefined): Promise<ParametersByRule> {
  return Object.fromEntries((await listRules(store, instanceId)).map((rule) => [rule.rule, rule.parameters]));
}

/** A rule as it holds somewhere. */
export interface RuleShown {
  rule: string;
  severity: Severity;
  about: string;
  /** what holds: the defaults, over them the organisation's, over them the instance's */
  parameters: Parameters;
  defaults: Parameters;
  /** what was set here, and only that */
  own: Parameters;
  set_by?: string;
  set_at?: string;
}

/** Every rule as it holds for an instance, or (without one) for all that have nothing of their own. */
export async function listRules(store: Store, instanceId: string | undefined): Promise<RuleShown[]> {
  const rows = await readParameters(store, instanceId);
  const { time_zone } = await readReportBrand(store);
  const find = (rule: string, scope: string) => rows.find((row) => row.rule === rule && row.scope_id === scope);
  const read = (row: ParameterRow | undefined): Parameters => (row === undefined ? {} : JSON.parse(row.parameters));
  return RULES.map(({ name, severity, about }) => {
    // whose hours: the organisation's own, as in its reports
    const defaults = { ...DEFAULTS[name]!, ...(Object.hasOwn(DEFAULTS[name]!, "time_zone") ? { time_zone } : {}) };
    const common = find(name, store.organisationId);
    const row = instanceId === undefined ? common : find(name, instanceId);
    const own = read(row);
    return {
      rule: name,
      severity,
      about,
      parameters: { ...defaults, ...read(common), ...own },
      defaults,
      own,
      ...(row === undefined ? {} : { set_by: row.set_by, set_at: microseconds(row.set_at) }),
    };
  });
}

export interface ParameterChange {
  /** name or id; absent: for all that have none of their own */
  instance?: string | undefined;
  rule: string;
  parameters: Record<string, unknown>;
  actor: string;
  /** what was set here before and is not named goes back to what holds without it; else it stays */
  replace?: boolean | undefined;
}

/** Sets thresholds of a rule. They hold for events from then on: what was found stays found. Throws ParameterError. */
export async function setParameters(store: Store, change: ParameterChange): Promise<RuleShown> {
  const rule = findRule(change.rule);
  if (rule === undefined) {
    throw new ParameterError(`There is no rule "${change.rule}": ${RULES.map(({ name }) => name).join(", ")}.`);
  }
  const given = checkParameters(rule, change.parameters);
  const instanceId = change.instance === undefined ? undefined : (await findByNameOrId(store, change.instance)).id;
  const find = async () => (await listRules(store, instanceId)).find((one) => one.rule === rule.name)!;
  const before = change.replace ? {} : (await find()).own;
  const parameters = JSON.stringify({ ...before, ...given });
  await storeParameters(store, { instanceId, rule: rule.name, parameters, actor: change.actor });
  return find();
}

const LARGEST = 1_000_000_000;

/** Exported for the tests. */
export function checkParameters(rule: Rule, given: Record<string, unknown>): Parameters {
  const known = DEFAULTS[rule.name]!;
  for (const [name, value] of Object.entries(given)) {
    const fallback = Object.hasOwn(known, name) ? known[name] : undefined;
    if (fallback === undefined) {
      throw new ParameterError(`${rule.name} has no "${name}": it has ${Object.keys(known).join(", ")}.`);
    }
    if (
      typeof fallback === "number" &&
      !(Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST)
    ) {
      throw new ParameterError(`${name} of ${rule.name} must be a whole number from 1 on.`);
    }
    if (typeof fallback === "boolean" && typeof value !== "boolean") {
      throw new ParameterError(`${name} of ${rule.name} must be true or false.`);
    }
    if (typeof fallback === "string" && !(typeof value === "string" && isTimeZone(value))) {
      throw new ParameterError(`${name} of ${rule.name} must be a time zone like Europe/Berlin.`);
    }
    if (Array.isArray(fallback) && !isTexts(value)) {
      throw new ParameterError(`${name} of ${rule.name} must be a list of at most 1,000 texts.`);
    }
  }
  return given as Parameters;
}

function isTexts(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length <= 1000 && value.every((one) => typeof one === "string" && one.length <= 200)
  );
}

/** Left out of a rule: a login, or an address in one of its networks (`ignore`). */
export function isIgnored(sighting: Sighting, { ignore }: Parameters): boolean {
  if (!Array.isArray(ignore) || ignore.length === 0) return false;
  const login = sighting.user?.login ?? sighting.tried;
  if (login !== undefined && ignore.includes(login)) return true;
  const address = sighting.ip === undefined ? undefined : parseAddress(sighting.ip);
  if (address === undefined) return false;
  return ignore.some((entry) => {
    const network = parseNetwork(entry);
    return network !== undefined && contains(network, address);
  });
}
