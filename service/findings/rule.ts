import type { Severity } from "../../odoo_addon_client/event.ts";
import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import type { Device, Place } from "../places/index.ts";

/*
 * Terms
 *   sighting   what the rules see of one event, with device and place read from it
 *   rule       a pure function over the sightings of one key (an address, a user, …) in the order of their seq
 *   state      what a rule remembers of one key: plain JSON, kept between runs
 *   found      what a rule says; with its parameters and evidence it becomes a finding
 *
 * Nothing else goes in: no clock, no store, no randomness. So a replay of the past says the same again.
 */

export interface Sighting {
  seq: number;
  /** milliseconds since 1970, Odoo's clock */
  at: number;
  kind: string;
  user?: { id: number; login: string };
  /** login that was typed, for a failed one */
  tried?: string;
  reason?: string;
  ip?: string;
  place: Place;
  device: Device;
  interface?: string;
  model?: string;
  transaction: string;
  origin: string;
  /** changed fields of a record */
  fields: readonly string[];
  /** records read or exported; attempts that a throttled event stands for */
  count: number;
}

export interface Found {
  /** what it is about: an address, a login, … */
  subject: string;
  /** one sentence for people, without the time */
  summary: string;
  /** seqs of the events that show it, ascending, the newest last */
  evidence: number[];
  user?: string | undefined;
  ip?: string | undefined;
  details?: JsonObject | undefined;
}

/** Numbers are whole and not negative; lists are of logins and networks; a single text is a time zone. */
export type Parameters = Record<string, number | boolean | string | string[]>;

export interface Rule<P extends Parameters = Parameters, S = unknown> {
  /** `security.<name>` is the kind of its events */
  name: string;
  severity: Severity;
  /** one line for people */
  about: string;
  defaults: P;
  /** days after which an untouched state says nothing any more; absent: kept */
  forget_days?: number;
  /** whose memory this sighting belongs to; undefined: the rule does not look at it */
  key(sighting: Sighting, parameters: P): string | undefined;
  step(state: S | undefined, sighting: Sighting, parameters: P): { state: S; found?: Found | undefined };
}

/** Gives the types of a rule's own parameters and state, and forgets them for the list of all rules. */
export function defineRule<P extends Parameters, S>(rule: Rule<P, S>): Rule {
  return rule as unknown as Rule;
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A moment with the event that shows it: [milliseconds, seq]. */
export type Mark = [at: number, seq: number];

/** Marks within `window_ms` before `at`; late events count by their own time. At most 200 are remembered. */
export function within(marks: Mark[], at: number, window_ms: number): Mark[] {
  return marks.filter(([when]) => when > at - window_ms).slice(-200);
}
export const seqs = (marks: Mark[]): number[] => marks.map(([, seq]) => seq).sort((a, b) => a - b);
