import { createHash } from "node:crypto";
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
import type { ReadWorkbook } from "./read-workbook.ts";
import type { CheckedSegment } from "./segments.ts";
import type { WorkbookProblem } from "./verdict.ts";

export interface ProvenEvents {
  /** instance index → its events by seq */
  records: Map<number, Map<number, EventRecord>>;
  sealed: number;
  unsealed: number;
}

/** Every event of the hidden evidence, rebuilt: its leaves from its values, its hash from them, its place from the segment. */
export function checkEvidence(
  book: ReadWorkbook,
  manifest: Manifest,
  segments: CheckedSegment[],
  problem: (one: WorkbookProblem) => void,
): ProvenEvents {
  const found: ProvenEvents = { records: new Map(), sealed: 0, unsealed: 0 };
  const digest = new EventsDigest();
  for (const { instance, seq, hash, text } of evidenceRows(book)) {
    let record: EventRecord;
    try {
      record = evidenceRecord(text);
    } catch {
      problem({ seq, reason: `the evidence of event ${seq} cannot be read: it was altered` });
      continue;
    }
    const owner = manifest.instances[instance];
    if (owner === undefined || record.seq !== seq) {
      problem({ seq, reason: `the evidence of event ${seq} is that of another event` });
      continue;
    }
    const leaf = alteredLeaf(record);
    if (leaf !== undefined)
      problem({ seq, reason: `event ${seq}: ${leaf} or the commitment to it was altered in the evidence` });
    const segment = segments.find(
      (one) => one.instance === instance && one.body.first_seq <= seq && seq <= one.body.last_seq,
    );
    const stored = segment?.hashOf(seq) ?? (hash === "" ? undefined : Buffer.from(hash, "hex"));
    if (stored === undefined || stored.length !== HASH_BYTES) {
      problem({ seq, reason: `nothing proves event ${seq}: its segment's leaves are missing` });
      continue;
    }
    if (segment !== undefined) {
      const previous =
        segment.hashBefore(seq) ?? (seq === 1 ? genesisHash(manifest.organisation, owner.id) : undefined);
      if (previous === undefined || !eventHash(previous, header(record), record.commitments).equals(stored))
        problem({ seq, reason: `event ${seq}: a column of its evidence was altered, it does not give its hash` });
      found.sealed++;
    } else found.unsealed++;
    record.hash = stored;
    digest.add(instance, stored);
    const records = found.records.get(instance) ?? new Map<number, EventRecord>();
    records.set(seq, record);
    found.records.set(instance, records);
  }
  const { count, digest: hex } = digest.end();
  if (count !== manifest.events.count)
    problem({
      reason: `the workbook was made with ${manifest.events.count} events, ${count} are proven here: some were taken out or put in`,
    });
  else if (hex !== manifest.events.digest)
    problem({ reason: "the events are not the ones that the workbook was signed with" });
  return found;
}

function* evidenceRows(book: ReadWorkbook): Generator<{ instance: number; seq: number; hash: string; text: string }> {
  let row: { instance: number; seq: number; hash: string; text: string } | undefined;
  for (const [instance, seq, hash, ...parts] of book.hidden(SHEETS.evidence)) {
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
