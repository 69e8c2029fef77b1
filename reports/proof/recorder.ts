import { HASH_BYTES } from "../../service/chain/hashing.ts";
import type { EventRecord } from "../../service/chain/record.ts";
import type { SegmentRow } from "../../service/store/chain-rows.ts";
import type { ReportSource, SubjectInstance } from "../source.ts";
import type { SheetWriter, WorkbookWriter } from "../xlsx/index.ts";
import { EventsDigest, evidenceText, pieces, SHEETS } from "./forms.ts";
import { type KnownNodes, nodeName, proofNodes } from "./tree.ts";

/** Pieces of text in a row; longer evidence goes on in the next row. */
const PIECES = 8;
/** Hashes of 44 base64 digits in a cell. */
const LEAVES_A_CELL = 600;
/** A path is about 17 hashes: below one event in so many, paths are smaller than the list. */
const SPARSE = 24;

interface Touched {
  segment: SegmentRow;
  /** positions in the segment of the events in this report */
  picked: number[];
}

/** Writes what proves the rows: each event once, and of each segment with rows the leaves that lead to its signed root. */
export class ProofRecorder {
  readonly #book: WorkbookWriter;
  readonly #evidence: SheetWriter[] = [];
  readonly digest = new EventsDigest();
  readonly #touched: { instance: number; one: Touched }[] = [];
  unsigned = 0;

  constructor(book: WorkbookWriter) {
    this.#book = book;
    this.#next();
  }

  /** Of one instance: takes its events in ascending order. `previous`: the hash before, where it is not in a segment. */
  begin(index: number, instance: SubjectInstance): (record: EventRecord) => void {
    let at = 0;
    let last: Touched | undefined;
    return (record) => {
      const { segments } = instance;
      while (at < segments.length && segments[at]!.last_seq < record.seq) at++;
      const segment = segments[at];
      if (segment !== undefined && segment.first_seq <= record.seq) {
        if (last?.segment !== segment) {
          last = { segment, picked: [] };
          this.#touched.push({ instance: index, one: last });
        }
        last.picked.push(record.seq - segment.first_seq);
      } else this.unsigned++;
      this.digest.add(index, record.hash);
      this.#write(index, record, segment === undefined);
    };
  }

  get segments(): { instance: number; segment: SegmentRow; rows: number }[] {
    return this.#touched.map(({ instance, one }) => ({ instance, segment: one.segment, rows: one.picked.length }));
  }

  async drain(): Promise<void> {
    await this.#evidence.at(-1)!.drain();
  }

  /** Checkpoints and leaves of the segments that have rows. */
  async finish(source: ReportSource, instances: SubjectInstance[]): Promise<void> {
    const checkpoints = hidden(this.#book, SHEETS.checkpoints, [
      "instance",
      "number",
      "body",
      "hash",
      "signature",
      "public_key",
    ]);
    const leaves = hidden(this.#book, SHEETS.leaves, ["instance", "segment", "form", "text"]);
    for (const { instance, one } of this.#touched) {
      const { segment, picked } = one;
      checkpoints.row([
        instance,
        segment.number,
        segment.body,
        segment.hash.toString("hex"),
        segment.signature,
        segment.public_key,
      ]);
      const all = await readAll(source, instances[instance]!.id, segment);
      const isSparse = picked.length * SPARSE < all.length / HASH_BYTES;
      const texts = isSparse ? nodeTexts(withPrevious(all, picked)) : leafTexts(all);
      for (const text of texts) leaves.row([instance, segment.number, isSparse ? "nodes" : "leaves", text]);
      await leaves.drain();
      await checkpoints.drain();
    }
  }

  #write(index: number, record: EventRecord, isUnsigned: boolean): void {
    const parts = pieces(evidenceText(record));
    for (let at = 0; at < parts.length; at += PIECES) {
      if (this.#evidence.at(-1)!.isFull) this.#next();
      // what no segment proves carries its hash: the signed manifest covers it
      const hash = isUnsigned && at === 0 ? record.hash.toString("hex") : null;
      this.#evidence.at(-1)!.row([index, record.seq, hash, ...parts.slice(at, at + PIECES)]);
    }
  }
  #next(): void {
    const columns = ["instance", "seq", "hash", ...Array.from({ length: PIECES }, (_, i) => `evidence ${i + 1}`)];
    this.#evidence.push(hidden(this.#book, SHEETS.evidence, columns));
  }
}

/** A hidden sheet with plain headings. */
export function hidden(book: WorkbookWriter, name: string, headings: string[]): SheetWriter {
  const columns = headings.map(() => ({ width: 20, style: 0, shared: false }));
  const sheet = book.addSheet(name, { columns, hidden: true, fitToWidth: false });
  sheet.row(headings);
  return sheet;
}

async function readAll(source: ReportSource, instanceId: string, segment: SegmentRow): Promise<Buffer> {
  let text = "";
  for await (const piece of source.leaves(instanceId, segment)) text += piece.toString("latin1");
  const all = Buffer.from(text.replaceAll("\n", ""), "hex");
  if (all.length !== (segment.last_seq - segment.first_seq + 1) * HASH_BYTES)
    throw new Error(
      `Segment ${segment.number} does not hold all of its events; run \`vigil verify\` to see which is missing.`,
    );
  return all;
}

function* leafTexts(all: Buffer): Generator<string> {
  for (let at = 0; at < all.length; at += LEAVES_A_CELL * HASH_BYTES)
    yield all.subarray(at, at + LEAVES_A_CELL * HASH_BYTES).toString("base64");
}

/** Path nodes, the events' own hashes, and the hash before each: an event's hash is made from it. */
function withPrevious(all: Buffer, picked: number[]): KnownNodes {
  const nodes = proofNodes(all, picked);
  for (const index of picked)
    for (const leaf of index === 0 ? [0] : [index - 1, index])
      nodes.set(nodeName(0, leaf), all.subarray(leaf * HASH_BYTES, (leaf + 1) * HASH_BYTES));
  return nodes;
}

function* nodeTexts(nodes: KnownNodes): Generator<string> {
  const words = [...nodes].map(([name, bytes]) => `${name}:${bytes.toString("base64")}`);
  for (let at = 0; at < words.length; at += LEAVES_A_CELL) yield words.slice(at, at + LEAVES_A_CELL).join(" ");
  if (words.length === 0) yield "";
}
