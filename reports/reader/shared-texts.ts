import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Normal, normalText } from "../proof/normal.ts";
import { decode, tokens, XmlError } from "./xml.ts";

/** Texts beyond this go to a file: a program that saves a report anew puts every text of it here, gigabytes at a million rows. */
const MOST_IN_MEMORY = 32 << 20;
const BLOCK_BYTES = 1 << 16;
const MOST_BLOCKS = 128;

const SIMPLE = /<si><t(?: xml:space="preserve")?>([^<]*)<\/t><\/si>/y;
const BEGIN = /<([\w.-]+:)?sst[\s>]/;

/** The workbook's shared texts, in normal form, by their numbers. */
export class SharedTexts {
  readonly #first: Normal[] = [];
  #spill: Spill | undefined;
  #size = 0;

  /** Throws XmlError. */
  static async read(pieces: AsyncIterable<Buffer>): Promise<SharedTexts> {
    const texts = new SharedTexts();
    try {
      await texts.#read(pieces);
      return texts;
    } catch (error) {
      texts.close();
      throw error;
    }
  }

  get(index: number): Normal {
    const text = this.#first[index] ?? this.#spill?.get(index - this.#first.length);
    if (text === undefined) throw new XmlError(`a cell names the shared text ${index}, which is not there`);
    return text;
  }

  close(): void {
    this.#spill?.close();
  }

  #add(text: Normal): void {
    if (this.#spill === undefined && this.#size < MOST_IN_MEMORY) {
      this.#size += text.length * 2 + 32;
      this.#first.push(text);
      return;
    }
    this.#spill ??= new Spill();
    this.#spill.add(text);
  }

  async #read(pieces: AsyncIterable<Buffer>): Promise<void> {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let rest = "";
    let close: string | undefined;
    for await (const piece of pieces) {
      rest += decoder.decode(piece, { stream: true });
      if (close === undefined) {
        const begin = BEGIN.exec(rest);
        const end = begin === null ? -1 : rest.indexOf(">", begin.index);
        if (begin === null || end < 0) continue;
        close = `</${begin[1] ?? ""}si>`;
        rest = rest.slice(end + 1);
      }
      const last = rest.lastIndexOf(close);
      if (last < 0) continue;
      this.#take(rest.slice(0, last + close.length), close);
      rest = rest.slice(last + close.length);
    }
  }

  /** Whole `<si>` elements. */
  #take(xml: string, close: string): void {
    let at = 0;
    while (at < xml.length) {
      SIMPLE.lastIndex = at;
      const simple = SIMPLE.exec(xml);
      if (simple !== null) {
        this.#add(normalText(decode(simple[1]!)));
        at = SIMPLE.lastIndex;
        continue;
      }
      const end = xml.indexOf(close, at) + close.length;
      if (end < close.length) throw new XmlError("the shared texts cannot be read");
      for (const text of richTexts(xml.slice(at, end))) this.#add(normalText(text));
      at = end;
    }
  }
}

/** Of runs the texts, without what tells how to pronounce them; an empty element is a text too. */
function* richTexts(xml: string): Generator<string> {
  const open: string[] = [];
  let text = "";
  for (const token of tokens(xml)) {
    if (token.type === "text") {
      if (open.at(-1) === "t" && !open.includes("rPh")) text += token.text;
      continue;
    }
    const name = token.name.slice(token.name.indexOf(":") + 1);
    if (token.type === "open" && !token.isEmpty) open.push(name);
    else if (token.type === "open" ? name === "si" : open.pop() === "si") {
      yield text;
      text = "";
    }
  }
}

/** Texts in a file, read in blocks: texts that stand together are wanted together. */
class Spill {
  readonly #folder = mkdtempSync(join(tmpdir(), "vigil-verify-"));
  readonly #file = openSync(join(this.#folder, "texts"), "w+", 0o600);
  #ends = new Float64Array(1 << 16);
  #count = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #written = 0;
  readonly #blocks = new Map<number, Buffer>();

  add(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#count === this.#ends.length) {
      const grown = new Float64Array(this.#ends.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#ends[this.#count++] = this.#written + this.#waitingBytes;
    if (this.#waitingBytes > BLOCK_BYTES * 16) this.#flush();
  }

  get(index: number): string | undefined {
    if (index < 0 || index >= this.#count) return undefined;
    this.#flush();
    const [start, end] = [index === 0 ? 0 : this.#ends[index - 1]!, this.#ends[index]!];
    const bytes = Buffer.allocUnsafe(end - start);
    for (let at = start; at < end; ) {
      const block = this.#block(Math.floor(at / BLOCK_BYTES));
      at += block.copy(bytes, at - start, at % BLOCK_BYTES);
    }
    return bytes.toString("utf8");
  }

  #block(number: number): Buffer {
    let block = this.#blocks.get(number);
    if (block === undefined) {
      const [oldest] = this.#blocks.size >= MOST_BLOCKS ? this.#blocks : [];
      block = oldest?.[1] ?? Buffer.allocUnsafe(BLOCK_BYTES);
      if (oldest !== undefined) this.#blocks.delete(oldest[0]);
      readSync(this.#file, block, 0, BLOCK_BYTES, number * BLOCK_BYTES);
    } else this.#blocks.delete(number);
    this.#blocks.set(number, block); // the newest stands last
    return block;
  }

  #flush(): void {
    if (this.#waitingBytes === 0) return;
    this.#blocks.clear(); // the last one may have grown
    writeSync(this.#file, Buffer.concat(this.#waiting));
    this.#written += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
