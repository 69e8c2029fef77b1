import type { CheckpointBody } from "../../service/chain/checkpoint.ts";
import { CHECKPOINT, HASH_BYTES, hashText, merkleRoot } from "../../service/chain/hashing.ts";
import { verifyWith } from "../../service/keys/signing.ts";
import { type Manifest, SHEETS } from "../proof/forms.ts";
import { type KnownNodes, nodeName, rootFrom } from "../proof/tree.ts";
import type { WorkbookReader } from "../reader/index.ts";
import type { WorkbookProblem } from "./verdict.ts";

/** A segment whose checkpoint was signed, and whose leaves give the root that was signed. */
export interface CheckedSegment {
  instance: number;
  body: CheckpointBody;
  hashOf(seq: number): Buffer | undefined;
  /** of the event before, in the segment or at its edge */
  hashBefore(seq: number): Buffer | undefined;
}

export class CheckedSegments {
  readonly #all: CheckedSegment[];
  #last: CheckedSegment | undefined;

  constructor(all: CheckedSegment[]) {
    this.#all = all;
  }
  get count(): number {
    return this.#all.length;
  }
  /** The one that an event lies in; events come in order, so it is mostly the one before. */
  find(instance: number, seq: number): CheckedSegment | undefined {
    const holds = ({ instance: owner, body }: CheckedSegment): boolean =>
      owner === instance && body.first_seq <= seq && seq <= body.last_seq;
    if (this.#last === undefined || !holds(this.#last)) this.#last = this.#all.find(holds);
    return this.#last;
  }
}

/** Checkpoints against their signatures, leaves against the signed roots. What does not hold is told and left out. */
export async function checkSegments(
  book: WorkbookReader,
  manifest: Manifest,
  trusted: ReadonlySet<string>,
  problem: (one: WorkbookProblem) => void,
): Promise<CheckedSegments> {
  const leaves = await readLeaves(book);
  const found: CheckedSegment[] = [];
  for await (const [instance, number, text, hash, signature, key] of book.hidden(SHEETS.checkpoints)) {
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
    const known = leaves.get(`${instance}/${number}`);
    if (known?.root(body.count)?.toString("hex") !== body.merkle_root) {
      problem({
        reason: `the leaves of segment ${number} do not give the root that was signed: an event's hash was altered or left out`,
      });
      continue;
    }
    const hashOf = (seq: number): Buffer | undefined => known.leaf(seq - body.first_seq);
    found.push({
      instance: Number(instance),
      body,
      hashOf,
      hashBefore: (seq) => (seq === body.first_seq ? Buffer.from(body.previous_hash, "hex") : hashOf(seq - 1)),
    });
  }
  return new CheckedSegments(found);
}

/** What the workbook holds of a segment's tree: all leaves (32 bytes an event in memory), or the nodes that lead to a few. */
class SegmentLeaves {
  readonly #pieces: Buffer[] = [];
  #all: Buffer | undefined;
  readonly #nodes: KnownNodes = new Map();

  add(form: string | undefined, text: string): void {
    if (form === "leaves") this.#pieces.push(Buffer.from(text, "base64"));
    else
      for (const word of text.split(" ").filter(Boolean)) {
        const [name, base64] = word.split(":");
        this.#nodes.set(name!, Buffer.from(base64 ?? "", "base64"));
      }
  }
  root(count: number): Buffer | undefined {
    if (this.#pieces.length === 0) return rootFrom(count, this.#nodes);
    this.#all = Buffer.concat(this.#pieces.splice(0));
    return this.#all.length === count * HASH_BYTES ? merkleRoot(this.#all) : undefined;
  }
  leaf(index: number): Buffer | undefined {
    if (this.#all === undefined) return this.#nodes.get(nodeName(0, index));
    return index < 0 ? undefined : this.#all.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}

async function readLeaves(book: WorkbookReader): Promise<Map<string, SegmentLeaves>> {
  const all = new Map<string, SegmentLeaves>();
  for await (const [instance, segment, form, text] of book.hidden(SHEETS.leaves)) {
    const key = `${instance}/${segment}`;
    const known = all.get(key) ?? new SegmentLeaves();
    all.set(key, known);
    known.add(form, text ?? "");
  }
  return all;
}
