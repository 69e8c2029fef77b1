import { timingSafeEqual } from "node:crypto";
import { type Handover, trustedWith } from "../keys/handover.ts";
import { verifyWith } from "../keys/signing.ts";
import type { CheckpointBody, TombstoneBody } from "./checkpoint.ts";
import { ERASED_KIND, Erasures, hasNoSalt, isErasedText, leavesOf } from "./erased.ts";
import {
  CHECKPOINT,
  COMMITMENT_BYTES,
  DETAILS,
  eventHash,
  genesisHash,
  HASH_BYTES,
  hashLeaf,
  hashText,
  merkleRoot,
  SALT_BYTES,
  SUBJECT,
  TOMBSTONE,
} from "./hashing.ts";
import { type ProofStep, rootOf } from "./merkle.ts";
import { type EventRecord, header } from "./record.ts";

/*
 * An export is proved without the database it came from: leaves from the values, the event's hash on the one before,
 * the way to the root, the checkpoint's signature. A whole chain is walked from genesis to its head, a part is proved
 * event by event.
 */

export interface FileResult {
  status: "intact" | "pruned" | "broken";
  whole: boolean;
  instance?: string;
  /** 1 is the first line */
  line?: number;
  reason?: string;
  events: number;
  /** chained, and no checkpoint signs them yet */
  unsealed: number;
  checkpoints: number;
  pruned: number;
  /** values that were erased; absent when there are none */
  erased?: number;
  /** keys that signed; the reader has to know them from elsewhere */
  keys: string[];
}

class NotProved extends Error {}
const refuse = (reason: string): never => {
  throw new NotProved(reason);
};

type Line = Record<string, unknown>;
type Statement = { body: string; hash: string; signature: string; public_key: string };

/** Reads line by line; throws nothing for a file that is wrong, but says which line is. */
export async function verifyFile(lines: AsyncIterable<string>, key?: string): Promise<FileResult> {
  const file = new FileVerifier(key);
  let line = 0;
  try {
    for await (const text of lines) {
      line++;
      if (text.trim() !== "") file.take(parse(text));
    }
    line = 0;
    file.finish();
    return file.result(file.pruned > 0 ? "pruned" : "intact");
  } catch (error) {
    if (!(error instanceof NotProved)) throw error;
    return { ...file.result("broken"), ...(line > 0 ? { line } : {}), reason: error.message };
  }
}

function parse(text: string): Line {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Line;
  } catch {
    // said below
  }
  return refuse("is no JSON object");
}

interface Head {
  instance: string;
  organisation: string;
  name: string;
  head_seq: number;
  head_hash: string;
  partial: boolean;
}

class FileVerifier {
  readonly #key: string | undefined;
  /** the key given, and those that it leads to by the file's handovers */
  #trusted: ReadonlySet<string> | undefined;
  readonly #keys = new Set<string>();
  readonly #checkpoints = new Map<number, CheckpointBody>();
  #head: Head | undefined;
  #genesis: Buffer = Buffer.alloc(HASH_BYTES);
  #previousCheckpoint = "";
  #previousTombstone = "";
  #tombstones = 0;
  readonly #purged = new Set<number>();
  readonly #erasures = new Erasures();
  #seq = 0;
  #hash: Buffer = Buffer.alloc(HASH_BYTES);
  #segment: Buffer[] = [];
  #at = 1;
  events = 0;
  unsealed = 0;
  pruned = 0;

  constructor(key: string | undefined) {
    this.#key = key?.toLowerCase();
  }

  take(line: Line): void {
    if (line.type === "instance") this.#begin(line);
    else if (this.#head === undefined) refuse("stands before the line that names the instance");
    else if (line.type === "checkpoint") this.#checkpoint(line as unknown as Statement);
    else if (line.type === "tombstone") this.#tombstone(line as unknown as Statement);
    else if (line.type === "event") this.#event(line);
    else refuse("is of no kind that an export has");
  }

  finish(): void {
    const head = this.#head ?? refuse("The file holds no export.");
    if (head.partial) return; // what names an erasure may lie outside the part
    const unnamed = this.#erasures.unnamed();
    if (unnamed !== undefined) refuse(`Event ${unnamed} lost a value that no event of this chain says was erased.`);
    this.#skipPurged();
    if (this.#checkpoints.has(this.#at))
      refuse(`The file ends before checkpoint ${this.#at} is complete: events are missing.`);
    if (this.#seq !== head.head_seq || this.#hash.toString("hex") !== head.head_hash)
      refuse(`The file ends at event ${this.#seq}, the chain at ${head.head_seq}.`);
  }

  result(status: FileResult["status"]): FileResult {
    const { events, unsealed, pruned } = this;
    return {
      status,
      whole: this.#head?.partial === false,
      ...(this.#head === undefined ? {} : { instance: this.#head.name }),
      events,
      unsealed,
      checkpoints: this.#checkpoints.size,
      pruned,
      ...(this.#erasures.count === 0 ? {} : { erased: this.#erasures.count }),
      keys: [...this.#keys],
    };
  }

  #begin(line: Line): void {
    if (this.#head !== undefined) refuse("begins a second export");
    for (const name of ["instance", "organisation", "name", "head_hash"])
      if (typeof line[name] !== "string") refuse(`has no ${name}`);
    const head: Head = { ...(line as unknown as Head), partial: line.partial === true };
    this.#head = head;
    if (this.#key !== undefined)
      this.#trusted = trustedWith(this.#key, Array.isArray(line.handovers) ? (line.handovers as Handover[]) : []);
    this.#genesis = genesisHash(head.organisation, head.instance);
    this.#hash = this.#genesis;
    this.#previousCheckpoint = this.#previousTombstone = this.#genesis.toString("hex");
  }

  #signed<T extends { instance: string; organisation: string }>(statement: Statement, domain: string, what: string): T {
    const { body, hash, signature, public_key } = statement;
    if (![body, hash, signature, public_key].every((one) => typeof one === "string")) refuse(`${what}: is incomplete`);
    const expected = hashText(domain, body);
    if (expected.toString("hex") !== hash) refuse(`${what}: its text does not give its hash`);
    if (this.#trusted?.has(public_key) === false) refuse(`${what}: is signed by another key than the one you gave`);
    if (!verifyWith(public_key, expected, signature)) refuse(`${what}: its signature does not hold`);
    this.#keys.add(public_key);
    const read = JSON.parse(body) as T;
    if (read.instance !== this.#head!.instance || read.organisation !== this.#head!.organisation)
      refuse(`${what}: belongs to another instance`);
    return read;
  }

  #checkpoint(statement: Statement): void {
    const body = this.#signed<CheckpointBody>(statement, CHECKPOINT, "checkpoint");
    if (this.#checkpoints.has(body.number)) refuse(`checkpoint ${body.number} stands here twice`);
    if (!this.#head!.partial) {
      const before = this.#checkpoints.get(body.number - 1);
      const follows =
        body.previous_checkpoint === this.#previousCheckpoint &&
        body.number === this.#checkpoints.size + 1 &&
        body.first_seq === (before?.last_seq ?? 0) + 1 &&
        body.previous_hash === (before?.last_hash ?? this.#genesis.toString("hex"));
      if (!follows) refuse(`checkpoint ${body.number} does not continue the one before it`);
      this.#previousCheckpoint = statement.hash;
    }
    if (body.count !== body.last_seq - body.first_seq + 1) refuse(`checkpoint ${body.number} counts wrongly`);
    this.#checkpoints.set(body.number, body);
  }

  #tombstone(statement: Statement): void {
    const body = this.#signed<TombstoneBody>(statement, TOMBSTONE, "tombstone");
    const segment = this.#checkpoints.get(body.segment_number);
    if (body.number !== ++this.#tombstones || body.previous_tombstone !== this.#previousTombstone)
      refuse("tombstone: does not continue the one before it");
    if (segment?.first_seq !== body.first_seq || segment.last_seq !== body.last_seq)
      refuse("tombstone: names a segment that was never sealed");
    this.#previousTombstone = statement.hash;
    this.#purged.add(body.segment_number);
  }

  #event(line: Line): void {
    const { commitments, hash, proof, unsealed, ...columns } = line as Line & {
      proof?: { checkpoint: number; previous_hash: string; merkle: ProofStep[] };
    };
    const record = {
      ...columns,
      commitments: bytes(commitments, "commitments"),
      hash: bytes(hash, "hash"),
    } as unknown as EventRecord;
    if (!String(record.received_at).startsWith(String(record.received_on)) || String(record.received_on).length !== 10)
      refuse(`event ${record.seq}: it was received on another day`);
    checkLeaves(record, this.#erasures);
    if (record.kind === ERASED_KIND) this.#erasures.name(record.details);
    if (this.#head!.partial) this.#proved(record, proof, unsealed === true);
    else this.#chained(record);
    this.events++;
  }

  /** In a part: by its own way to a signed root. */
  #proved(
    record: EventRecord,
    proof: { checkpoint: number; previous_hash: string; merkle: ProofStep[] } | undefined,
    unsealed: boolean,
  ): void {
    if (record.seq <= this.#seq) refuse(`event ${record.seq} stands behind event ${this.#seq}`);
    this.#seq = record.seq;
    if (proof === undefined) {
      if (!unsealed) refuse(`event ${record.seq} has no proof`);
      this.unsealed++;
      return;
    }
    const body =
      this.#checkpoints.get(proof.checkpoint) ??
      refuse(`event ${record.seq} names a checkpoint that is not in the file`);
    const index = record.seq - body.first_seq;
    if (index < 0 || index >= body.count) refuse(`event ${record.seq} does not lie in checkpoint ${body.number}`);
    const previous = bytes(proof.previous_hash, "proof.previous_hash");
    if (index === 0 && previous.toString("hex") !== body.previous_hash)
      refuse(`event ${record.seq}: the hash before it is another`);
    checkHash(record, previous);
    const root = Array.isArray(proof.merkle) ? rootOf(record.hash, index, body.count, proof.merkle) : undefined;
    if (root?.toString("hex") !== body.merkle_root)
      refuse(`event ${record.seq} is not among those that checkpoint ${body.number} signs`);
  }

  /** In a whole chain: on the one before, and each segment's root at its end. */
  #chained(record: EventRecord): void {
    this.#skipPurged();
    if (record.seq !== this.#seq + 1)
      refuse(`event ${this.#seq + 1} is missing: event ${record.seq} stands in its place`);
    checkHash(record, this.#hash);
    this.#seq = record.seq;
    this.#hash = record.hash;
    const body = this.#checkpoints.get(this.#at);
    if (body === undefined) {
      this.unsealed++;
      return;
    }
    this.#segment.push(record.hash);
    if (record.seq !== body.last_seq) return;
    if (
      record.hash.toString("hex") !== body.last_hash ||
      merkleRoot(Buffer.concat(this.#segment)).toString("hex") !== body.merkle_root
    )
      refuse(`checkpoint ${body.number} was signed over other events than these`);
    this.#segment = [];
    this.#at++;
  }

  #skipPurged(): void {
    for (; this.#purged.has(this.#at); this.#at++) {
      const body = this.#checkpoints.get(this.#at)!;
      this.pruned += body.count;
      this.#seq = body.last_seq;
      this.#hash = Buffer.from(body.last_hash, "hex");
    }
  }
}

function checkHash(record: EventRecord, previous: Buffer): void {
  const expected = eventHash(previous, header(record), record.commitments);
  if (record.hash.length !== HASH_BYTES || !timingSafeEqual(expected, record.hash))
    refuse(`event ${record.seq}: a column, its hash or its place was altered`);
}

/** Each value against the leaf that its salt and text give. */
function checkLeaves(record: EventRecord, erasures: Erasures): void {
  const { changes } = record;
  if (typeof changes !== "string" || !changes.startsWith("[") || !changes.endsWith("]"))
    refuse(`event ${record.seq}: its changes were altered`);
  const texts = leavesOf(record);
  if (record.commitments.length !== texts.length * COMMITMENT_BYTES)
    refuse(`event ${record.seq} has other changes or details than it has commitments for`);
  for (const [i, [domain, text]] of texts.entries()) {
    const at = i * COMMITMENT_BYTES;
    if (hasNoSalt(record.commitments, i) && isErasedText(domain, text)) {
      erasures.meet(record.seq, i);
      continue;
    }
    const leaf = record.commitments.subarray(at + SALT_BYTES, at + COMMITMENT_BYTES);
    if (hashLeaf(domain, record.commitments.subarray(at, at + SALT_BYTES), text).equals(leaf)) continue;
    const what =
      domain === SUBJECT ? "record, user, session, address or browser" : domain === DETAILS ? "details" : "a change";
    refuse(`event ${record.seq}: ${what} was altered`);
  }
}

function bytes(value: unknown, name: string): Buffer {
  if (typeof value !== "string" || !/^([0-9a-f]{2})*$/.test(value)) return refuse(`has no ${name}`);
  return Buffer.from(value, "hex");
}
