import { CHANGE, COMMITMENT_BYTES, DETAILS, SALT_BYTES, SUBJECT } from "./hashing.ts";
import { type EventRecord, subject } from "./record.ts";

/*
 * Erased values (docs/chain.md): the value gives way to a word, its salt to zeros, its leaf stays. A `tracking.erased`
 * event of the same chain names each one; a value that lacks its salt without being named there was taken away.
 */

export const ERASED = "(erased)";
export const ERASED_KIND = "tracking.erased";
export const ERASED_SUBJECT = {
  record_name: ERASED,
  user_id: 0,
  user_login: ERASED,
  user_name: ERASED,
  as_user: null,
  session: null,
  ip: null,
  user_agent: null,
} as const;
export const ERASED_DETAILS = '{"erased":true}';
const SUBJECT_TEXT = subject(ERASED_SUBJECT as unknown as EventRecord);
const CHANGE_TEXT =
  /^\{(?:"after":"\(erased\)"(?:,"before":"\(erased\)")?|"before":"\(erased\)"),"field":"(?:[^"\\]|\\.)*","label":"(?:[^"\\]|\\.)*","type":"unknown"\}$/;

/** Whether a value is what an erasure leaves: anything else under a missing salt was put there. */
export function isErasedText(domain: string, text: string): boolean {
  if (domain === SUBJECT) return text === SUBJECT_TEXT;
  return domain === DETAILS ? text === ERASED_DETAILS : CHANGE_TEXT.test(text);
}

/** What is left of a change's text. */
export function erasedChange(text: string): string {
  const { field, label, before, after, added, removed } = JSON.parse(text) as Record<string, unknown>;
  const sides = [
    ...(after !== undefined || added !== undefined || (before ?? removed) === undefined ? [`"after":"${ERASED}"`] : []),
    ...(before !== undefined || removed !== undefined ? [`"before":"${ERASED}"`] : []),
  ];
  return `{${sides.join(",")},"field":${JSON.stringify(field)},"label":${JSON.stringify(label)},"type":"unknown"}`;
}

const NO_SALT = Buffer.alloc(SALT_BYTES);
export const hasNoSalt = (commitments: Buffer, leaf: number): boolean =>
  commitments.compare(NO_SALT, 0, SALT_BYTES, leaf * COMMITMENT_BYTES, leaf * COMMITMENT_BYTES + SALT_BYTES) === 0;

/** The leaves of an event: domain and text, in the order of its commitments. */
export function leavesOf(record: EventRecord): [domain: string, text: string][] {
  const changes = record.changes.length === 2 ? [] : record.changes.slice(1, -1).split(",\n");
  return [
    [SUBJECT, subject(record)],
    ...(record.details === null ? [] : ([[DETAILS, record.details]] as [string, string][])),
    ...changes.map((text): [string, string] => [CHANGE, text]),
  ];
}

/** Erased values that were met, against those that the chain's own events name. */
export class Erasures {
  readonly #named = new Set<string>();
  readonly #met: { seq: number; leaf: number }[] = [];

  /** `details` of a `tracking.erased` event; anything else in it names nothing. */
  name(details: string | null): void {
    const { erased } = (details === null ? {} : JSON.parse(details)) as { erased?: unknown };
    if (!Array.isArray(erased)) return;
    for (const [seq, ...leaves] of erased as number[][]) for (const leaf of leaves) this.#named.add(`${seq}/${leaf}`);
  }
  meet(seq: number, leaf: number): void {
    this.#met.push({ seq, leaf });
  }
  get count(): number {
    return this.#met.length;
  }
  /** seq of the first event that lost a value without being named */
  unnamed(): number | undefined {
    return this.#met.find(({ seq, leaf }) => !this.#named.has(`${seq}/${leaf}`))?.seq;
  }
}
