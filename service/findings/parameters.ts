import { contains, parseAddress, parseNetwork } from "../places/address.ts";
import { StoreError } from "../store/errors.ts";
import { readParameters, storeParameters } from "../store/finding-rows.ts";
import type { Store } from "../store/types.ts";
import type { Parameters, Rule, Sighting } from "./rule.ts";
import { findRule, RULES } from "./rules/index.ts";

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
  const rows = await readParameters(store, instanceId);
  const own = (rule: string, scope: string | undefined): Parameters => {
    const row = rows.find((one) => one.rule === rule && one.scope_id === scope);
    return row === undefined ? {} : (JSON.parse(row.parameters) as Parameters);
  };
  return Object.fromEntries(
    RULES.map(({ name }) => [
      name,
      { ...DEFAULTS[name], ...own(name, store.organisationId), ...(instanceId ? own(name, instanceId) : {}) },
    ]),
  );
}

/**
 * Sets some thresholds of a rule, for an instance or (without one) for all that have none of their own; the others keep
 * what was set before. Holds for events from then on: what was found stays found. Throws ParameterError.
 */
export async function setParameters(
  store: Store,
  change: { instance?: string | undefined; rule: string; parameters: Record<string, unknown>; actor: string },
): Promise<Parameters> {
  const rule = findRule(change.rule);
  if (rule === undefined) {
    throw new ParameterError(`There is no rule "${change.rule}": ${RULES.map(({ name }) => name).join(", ")}.`);
  }
  const instanceId = change.instance === undefined ? undefined : (await store.instances.get(change.instance)).id;
  const scope = instanceId ?? store.organisationId;
  const before = (await readParameters(store, instanceId)).find(
    (row) => row.rule === rule.name && row.scope_id === scope,
  );
  const parameters = {
    ...(before === undefined ? {} : (JSON.parse(before.parameters) as Parameters)),
    ...checkParameters(rule, change.parameters),
  };
  await storeParameters(store, {
    instanceId,
    rule: rule.name,
    parameters: JSON.stringify(parameters),
    actor: change.actor,
  });
  return (await effectiveParameters(store, instanceId))[rule.name]!;
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
