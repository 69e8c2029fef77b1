import { hash } from "node:crypto";
import { ByteWriter, moveBytes } from "./bytes.ts";
import { sha256Module } from "./sha256-module.ts";

const PAGE_BYTES = 65_536;
/** few enough that a batch stays in the processor's cache */
export const MESSAGES = 1_024;
/** longer messages (4 kB) are left to node's own: its call costs less than three unused lanes */
const LONG_BLOCKS = 64;
const OUT = MESSAGES * 32;

/** As much of WebAssembly as is used here: its types come with the browser's library, which the service does not load. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

type Hash4 = (p0: number, p1: number, p2: number, p3: number, blocks: number, out: number) => void;

/**
 * Many SHA-256 at once, four in parallel. Messages are written one after the other, hashed together, and their
 * digests read by index; until `clear` they stay. Not thread-safe; messages live in one growing memory.
 *
 * @example
 * const batch = new HashBatch();
 * batch.begin(); batch.ascii("vigil/1N"); batch.move(left); const i = batch.seal();
 * batch.run(); batch.equals(i, expected, 0); batch.clear();
 */
export class HashBatch extends ByteWriter {
  readonly #memory: InstanceType<typeof WebAssembly.Memory>;
  readonly #hash4: Hash4;
  /** by message: where it begins, and how many blocks it has */
  readonly #starts = new Int32Array(MESSAGES);
  readonly #blocks = new Int32Array(MESSAGES);
  #count = 0;
  #start = OUT + 128;
  /** messages of equal length hang together: the last one by length, and each one's neighbour */
  readonly #lasts = new Int32Array(LONG_BLOCKS);
  readonly #next = new Int32Array(MESSAGES);
  /** digest of message i lies at #places[i] */
  readonly #places = new Int32Array(MESSAGES);

  constructor() {
    const memory = new WebAssembly.Memory({ initial: 64 });
    super(Buffer.from(memory.buffer));
    this.#memory = memory;
    const module = new WebAssembly.Module(sha256Module());
    this.#hash4 = new WebAssembly.Instance(module, { js: { memory } }).exports.hash4 as Hash4;
  }

  /** Whether another `messages` fit before `run` and `clear` are due. */
  hasRoom(messages: number): boolean {
    return this.#count + messages <= MESSAGES;
  }
  get count(): number {
    return this.#count;
  }

  begin(): void {
    if (this.#count === MESSAGES) throw new RangeError("The batch is full: run and clear it.");
    this.end = this.#start;
  }
  /** Pads the message as SHA-256 wants it; answers its index. */
  seal(): number {
    const length = this.end - this.#start;
    const blocks = (length + 9 + 63) >>> 6;
    this.room(blocks * 64 - length);
    const { bytes, view } = this;
    const stop = this.#start + blocks * 64;
    bytes[this.end] = 0x80;
    for (let i = this.end + 1; i < stop - 8; i++) bytes[i] = 0;
    view.setUint32(stop - 8, Math.floor(length / 0x2000_0000));
    view.setUint32(stop - 4, length << 3);
    this.#starts[this.#count] = this.#start;
    this.#blocks[this.#count] = blocks;
    this.#start = stop;
    return this.#count++;
  }

  /** Hashes all of them; equally long ones share a call, and what is left over is hashed more than once. */
  run(): void {
    const lasts = this.#lasts.fill(-1);
    let out = 0;
    for (let i = 0; i < this.#count; i++) {
      const blocks = this.#blocks[i]!;
      if (blocks >= LONG_BLOCKS) out = this.#one(i, out);
      else {
        this.#next[i] = lasts[blocks]!;
        lasts[blocks] = i;
      }
    }
    for (let blocks = 1; blocks < LONG_BLOCKS; blocks++) {
      for (let a = lasts[blocks]!; a >= 0; ) {
        const b = this.#next[a]!;
        const c = b < 0 ? b : this.#next[b]!;
        const d = c < 0 ? c : this.#next[c]!;
        const lanes = d >= 0 ? 4 : c >= 0 ? 3 : b >= 0 ? 2 : 1;
        out = this.#four(a, b < 0 ? a : b, c < 0 ? a : c, d < 0 ? a : d, out, lanes);
        a = d < 0 ? d : this.#next[d]!;
      }
    }
  }

  #one(message: number, out: number): number {
    const start = this.#starts[message]!;
    const stop = start + this.#blocks[message]! * 64;
    const length = this.view.getUint32(stop - 8) * 0x2000_0000 + this.view.getUint32(stop - 4) / 8;
    hash("sha256", this.bytes.subarray(start, start + length), "buffer").copy(this.bytes, out);
    this.#places[message] = out;
    return out + 32;
  }
  /** digests of unused lanes are written over by the next call */
  #four(a: number, b: number, c: number, d: number, out: number, lanes: number): number {
    const starts = this.#starts;
    this.#hash4(starts[a]!, starts[b]!, starts[c]!, starts[d]!, this.#blocks[a]!, out);
    this.#places[a] = out;
    if (lanes > 1) this.#places[b] = out + 32;
    if (lanes > 2) this.#places[c] = out + 64;
    if (lanes > 3) this.#places[d] = out + 96;
    return out + lanes * 32;
  }

  equals(message: number, expected: DataView, offset: number): boolean {
    const place = this.#places[message]!;
    for (let i = 0; i < 32; i += 4) if (this.view.getInt32(place + i) !== expected.getInt32(offset + i)) return false;
    return true;
  }
  copyDigest(message: number, target: DataView, offset: number): void {
    moveBytes(this.view, this.#places[message]!, target, offset, 32);
  }
  clear(): void {
    this.#count = 0;
    this.#start = OUT + 128;
  }

  protected override grow(size: number): void {
    this.#memory.grow(Math.ceil((size - this.bytes.length) / PAGE_BYTES) + 64);
    this.bytes = Buffer.from(this.#memory.buffer);
    this.view = new DataView(this.#memory.buffer);
  }
}
