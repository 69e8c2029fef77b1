import type { CheckpointBody } from "../../service/chain/checkpoint.ts";
import { CHECKPOINT, HASH_BYTES, hashText } from "../../service/chain/hashing.ts";
import { verifyWith } from "../../service/keys/signing.ts";
import { type Manifest, SHEETS } from "../proof/forms.ts";
import { type KnownNodes, nodeName, rootFrom } from "../proof/tree.ts";
import type { ReadWorkbook } from "./read-workbook.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** A segment whose checkpoint was signed, and whose leaves give the root that was signed. */
export interface CheckedSegment {
  instance: number;
  body: CheckpointBody;
  hashOf(seq: number): Buffer | undefined;
  /** of the event before, in the segment or at its edge */
  hashBefore(seq: number): Buffer | undefined;
}

/** Checkpoints against their signatures, leaves against the signed roots. What does not hold is told and left out. */
export function checkSegments(
  book: ReadWorkbook,
  manifest: Manifest,
  trusted: ReadonlySet<string>,
  problem: (one: WorkbookProblem) => void,
): CheckedSegment[] {
  const leaves = readLeaves(book);
  const found: CheckedSegment[] = [];
  for (const [instance, number, text, hash, signature, key] of book.hidden(SHEETS.checkpoints)) {
    const name = `checkpoint ${number}`;
    const expected = hashText(CHECKPOINT, text ?? "");
    if (expected.toString("hex") !== hash) {
      problem({ reason: `${name} was altered: its text does not give its hash` });
      continue;
    }
    if (!verifyWith(key ?? "", expected, signature ?? "")) {
      problem({ reason: `the signature of ${name} does not hold` });
      continue;
    }
    const body = JSON.parse(text!) as CheckpointBody;
    const owner = manifest.instances[Number(instance)];
    if (!trusted.has(key ?? ""))
      problem({
        reason: `${name} is signed by another key (${key}) than the workbook: ask whether the service changed its key`,
      });
    if (owner === undefined || body.instance !== owner.id || body.organisation !== manifest.organisation) {
      problem({ reason: `${name} belongs to another instance` });
      continue;
    }
    const known = leaves.get(`${instance}/${number}`) ?? new Map<string, Buffer>();
    if (rootFrom(body.count, known)?.toString("hex") !== body.merkle_root) {
      problem({
        reason: `the leaves of segment ${number} do not give the root that was signed: an event's hash was altered or left out`,
      });
      continue;
    }
    const hashOf = (seq: number): Buffer | undefined => known.get(nodeName(0, seq - body.first_seq));
    found.push({
      instance: Number(instance),
      body,
      hashOf,
      hashBefore: (seq) => (seq === body.first_seq ? Buffer.from(body.previous_hash, "hex") : hashOf(seq - 1)),
    });
  }
  return found;
}

function readLeaves(book: ReadWorkbook): Map<string, KnownNodes> {
  const all = new Map<string, KnownNodes>();
  for (const [instance, segment, form, text] of book.hidden(SHEETS.leaves)) {
    const key = `${instance}/${segment}`;
    const known = all.get(key) ?? new Map<string, Buffer>();
    all.set(key, known);
    if (form === "leaves") {
      const bytes = Buffer.from(text ?? "", "base64");
      const first = known.size;
      for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES)
        known.set(nodeName(0, first + at / HASH_BYTES), bytes.subarray(at, at + HASH_BYTES));
    } else
      for (const word of (text ?? "").split(" ").filter(Boolean)) {
        const [name, base64] = word.split(":");
        known.set(name!, Buffer.from(base64 ?? "", "base64"));
      }
  }
  return all;
}
