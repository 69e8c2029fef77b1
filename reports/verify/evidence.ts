import { createHash } from "node:crypto";
import { hasNoSalt, isErasedText } from "../../service/chain/erased.ts";
import {
  CHANGE,
  COMMITMENT_BYTES,
  DETAILS,
  eventHash,
  genesisHash,
  HASH_BYTES,
  SALT_BYTES,
  SUBJECT,
} from "../../service/chain/hashing.ts";
import { type EventRecord, header, subject } from "../../service/chain/record.ts";
import { EventsDigest, evidenceRecord, type Manifest, SHEETS } from "../proof/forms.ts";
import type { WorkbookReader } from "../reader/index.ts";
import type { CheckedSegments } from "./segments.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** Evidence of one event as it lies in the hidden sheet. */
interface EvidenceRow {
  instance: number;
  seq: number;
  hash: string;
  text: string;
}
/** An event that its evidence gives, with its place in the manifest's instances. */
export interface ProvenEvent {
  instance: number;
  record: EventRecord;
}

/**
 * Every event of the hidden evidence, rebuilt: its leaves from its values, its hash from them, its place from the segment.
 * One at a time, in the order in which they were written: that order is signed.
 */
export class EvidenceCheck {
  sealed = 0;
  unsealed = 0;
  readonly #manifest: Manifest;
  readonly #segments: CheckedSegments;
  readonly #problem: (one: WorkbookProblem) => void;
  readonly #digest = new EventsDigest();

  constructor(manifest: Manifest, segments: CheckedSegments, problem: (one: WorkbookProblem) => void) {
    this.#manifest = manifest;
    this.#segments = segments;
    this.#problem = problem;
  }

  async *events(book: WorkbookReader): AsyncGenerator<ProvenEvent> {
    for await (const row of evidenceRows(book)) {
      const record = this.#read(row);
      if (record === undefined || !this.#isInPlace(row, record)) continue;
      this.#digest.add(row.instance, record.hash);
      yield { instance: row.instance, record };
    }
    const { count, digest } = this.#digest.end();
    const { events } = this.#manifest;
    if (count !== events.count)
      this.#problem({
        reason: `the workbook was made with ${events.count} events, ${count} are proven here: some were taken out or put in`,
      });
    else if (digest !== events.digest)
      this.#problem({ reason: "the events are not the ones that the workbook was signed with" });
  }

  #read({ instance, seq, text }: EvidenceRow): EventRecord | undefined {
    let record: EventRecord;
    try {
      record = evidenceRecord(text);
    } catch {
      this.#problem({ seq, reason: `the evidence of event ${seq} cannot be read: it was altered` });
      return undefined;
    }
    if (this.#manifest.instances[instance] === undefined || record.seq !== seq) {
      this.#problem({ seq, reason: `the evidence of event ${seq} is that of another event` });
      return undefined;
    }
    const leaf = alteredLeaf(record);
    if (leaf !== undefined)
      this.#problem({ seq, reason: `event ${seq}: ${leaf} or the commitment to it was altered in the evidence` });
    return record;
  }

  /** Sets its hash: that of its place among the leaves, which its columns must give. */
  #isInPlace({ instance, seq, hash }: EvidenceRow, record: EventRecord): boolean {
    const { organisation, instances } = this.#manifest;
    const segment = this.#segments.find(instance, seq);
    const stored = segment?.hashOf(seq) ?? (hash === "" ? undefined : Buffer.from(hash, "hex"));
    if (stored === undefined || stored.length !== HASH_BYTES) {
      this.#problem({ seq, reason: `nothing proves event ${seq}: its segment's leaves are missing` });
      return false;
    }
    if (segment !== undefined) {
      const previous =
        segment.hashBefore(seq) ?? (seq === 1 ? genesisHash(organisation, instances[instance]!.id) : undefined);
      if (previous === undefined || !eventHash(previous, header(record), record.commitments).equals(stored))
        this.#problem({ seq, reason: `event ${seq}: a column of its evidence was altered, it does not give its hash` });
      this.sealed++;
    } else this.unsealed++;
    record.hash = stored;
    return true;
  }
}

/** Some of the evidence once more, without proving it again: what is wrong with it was told the first time. */
export async function* evidenceAgain(
  book: WorkbookReader,
  segments: CheckedSegments,
  wants: (seq: number) => boolean,
): AsyncGenerator<ProvenEvent> {
  for await (const { instance, seq, hash, text } of evidenceRows(book)) {
    if (!wants(seq)) continue;
    try {
      const record = evidenceRecord(text);
      record.hash = segments.find(instance, seq)?.hashOf(seq) ?? Buffer.from(hash, "hex");
      yield { instance, record };
    } catch {
      // told the first time
    }
  }
}

async function* evidenceRows(book: WorkbookReader): AsyncGenerator<EvidenceRow> {
  let row: EvidenceRow | undefined;
  for await (const [instance, seq, hash, ...parts] of book.hidden(SHEETS.evidence)) {
    const text = parts.join("");
    if (row !== undefined && row.instance === Number(instance) && row.seq === Number(seq)) row.text += text;
    else {
      if (row !== undefined) yield row;
      row = { instance: Number(instance), seq: Number(seq), hash: hash ?? "", text };
    }
  }
  if (row !== undefined) yield row;
}

/** The first value that is not what its salted leaf commits to. */
function alteredLeaf(record: EventRecord): string | undefined {
  const changes = record.changes.length === 2 ? [] : record.changes.slice(1, -1).split(",\n");
  const leaves: [domain: string, text: string, name: string][] = [
    [SUBJECT, subject(record), "record_name, user, session, ip or user_agent"],
    ...(record.details === null ? [] : ([[DETAILS, record.details, "details"]] as [string, string, string][])),
    ...changes.map((text): [string, string, string] => [
      CHANGE,
      text,
      `the change of ${/"field":"([^"]*)"/.exec(text)?.[1] ?? "a field"}`,
    ]),
  ];
  if (record.commitments.length !== leaves.length * COMMITMENT_BYTES) return "the number of changes";
  for (const [i, [domain, text, name]] of leaves.entries()) {
    if (hasNoSalt(record.commitments, i) && isErasedText(domain, text)) continue;
    const at = i * COMMITMENT_BYTES;
    const leaf = createHash("sha256")
      .update(domain)
      .update(record.commitments.subarray(at, at + SALT_BYTES))
      .update(text)
      .digest();
    if (!leaf.equals(record.commitments.subarray(at + SALT_BYTES, at + COMMITMENT_BYTES))) return name;
  }
  return undefined;
}
