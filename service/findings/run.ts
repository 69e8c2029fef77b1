import { type Action, SYSTEM, writeAudit } from "../audit/index.ts";
import type { Places } from "../places/index.ts";
import {
  type FindingRow,
  forgetStates,
  readFindingCursor,
  readSightings,
  readStates,
  writeFindings,
} from "../store/finding-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { findingId, type Judgement, judge, keysOf, MapMemory } from "./judge.ts";
import { type NoticeSwitches, noticesFor } from "./notices.ts";
import { effectiveParameters, type ParametersByRule } from "./parameters.ts";
import { DAY, type Sighting } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { KINDS, MODELS, toSighting } from "./sighting.ts";

/** Events looked at in one step: what a step holds in memory, and repeats after a crash. */
const WINDOW = 20_000;
/** Evidence that a finding carries; its count is always told. */
const MOST_EVIDENCE = 100;

export interface RunOptions {
  places: Places;
  switches?: ((instance: Instance) => Promise<NoticeSwitches>) | undefined;
  signal?: AbortSignal | undefined;
  /** events in a step (tests cut finer) */
  window?: number | undefined;
}

/**
 * Shows the rules what was stored since the last look, up to the head of the instance's chain. Each step is one
 * transaction with its cursor, and two services at once cannot find the same thing twice: the second throws LeaseError.
 */
export async function runFindings(store: Store, instance: Instance, options: RunOptions): Promise<Judgement[]> {
  const all: Judgement[] = [];
  const parameters = await effectiveParameters(store, instance.id);
  const switches = (await options.switches?.(instance)) ?? { expired: true, new_location: true };
  const cursor = await readFindingCursor(store.database, instance.id);
  let { seq: from, head_seq: head } = cursor ?? { seq: 0, head_seq: 0 };
  while (from < head && !options.signal?.aborted) {
    const to = Math.min(from + (options.window ?? WINDOW), head);
    all.push(...(await step(store, instance, { from, to, parameters, switches, places: options.places })));
    from = to;
  }
  return all;
}

async function step(
  store: Store,
  instance: Instance,
  look: { from: number; to: number; parameters: ParametersByRule; switches: NoticeSwitches; places: Places },
): Promise<Judgement[]> {
  const { from, to, parameters } = look;
  const sightings = await sightingsOf(store, instance.id, { from: from + 1, to }, look.places);
  const memory = new MapMemory();
  const keys = new Map<string, { rule: string; key: string }>();
  for (const sighting of sightings) {
    for (const key of keysOf(sighting, parameters)) keys.set(`${key.rule} ${key.key}`, key);
  }
  for (const row of await readStates(store.database, instance.id, [...keys.values()])) {
    memory.set(row.rule, row.key, JSON.parse(row.state));
  }
  const judgements: Judgement[] = [];
  const notices = [];
  const now = store.clock().getTime();
  for (const sighting of sightings) {
    const found = judge(sighting, parameters, memory);
    judgements.push(...found);
    notices.push(...noticesFor(sighting, found, { switches: look.switches, now }));
  }
  await writeFindings(store, instance.id, {
    from,
    to,
    findings: judgements.map((judgement) => toRow(instance.id, judgement)),
    states: [...keys.values()].map((key) => ({ ...key, state: JSON.stringify(memory.get(key.rule, key.key)) })),
    notices,
    alongside: async (tx) => {
      for (const judgement of judgements) await writeAudit(tx, toAudit(store, instance, judgement));
    },
  });
  return judgements;
}

/** What the rules see of a stretch of an instance's events. */
export async function sightingsOf(
  store: Store,
  instanceId: string,
  range: { from: number; to: number },
  places: Places,
): Promise<Sighting[]> {
  const rows = await readSightings(store.database, instanceId, { ...range, kinds: KINDS, models: MODELS });
  return rows.map((row) => toSighting(row, places));
}

function toRow(instanceId: string, judgement: Judgement): FindingRow {
  const { evidence, at, seq, rule, subject, severity, summary } = judgement;
  return {
    id: findingId(instanceId, judgement),
    seq,
    rule,
    subject,
    severity,
    occurred_at: new Date(at).toISOString(),
    user_login: judgement.user ?? null,
    ip: judgement.ip ?? null,
    summary,
    details: JSON.stringify(judgement.details),
    evidence: JSON.stringify(evidence.slice(-MOST_EVIDENCE)),
    evidence_count: evidence.length,
    parameters: JSON.stringify(judgement.parameters),
  };
}

/** The finding as an event of the own log: chained with it, so that a finding cannot be made to disappear unseen. */
function toAudit(store: Store, instance: Instance, judgement: Judgement): Parameters<typeof writeAudit>[1] {
  const { rule, subject, summary, evidence, details, parameters, seq } = judgement;
  return {
    action: `security.${rule}` as Action,
    actor: SYSTEM,
    organisation_id: store.organisationId,
    resource_type: "instance",
    resource_id: instance.id,
    resource_name: instance.name,
    ip: judgement.ip,
    severity: judgement.severity,
    details: {
      finding: findingId(instance.id, judgement),
      subject,
      summary,
      user: judgement.user ?? null,
      seq,
      evidence: evidence.slice(-MOST_EVIDENCE),
      evidence_count: evidence.length,
      parameters,
      ...details,
    },
  };
}

/** Drops what no rule needs any more; once a day is enough. */
export async function tidyFindings(store: Store): Promise<void> {
  for (const { name, forget_days } of RULES) {
    if (forget_days === undefined) continue;
    await forgetStates(store, [name], new Date(store.clock().getTime() - forget_days * DAY));
  }
}
