import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { NotAVigilWorkbookError } from "../errors.ts";

interface Entry {
  method: number;
  crc: number;
  compressed: number;
  size: number;
  offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_32 = 0xffff_ffff;
const MOST_COMMENT = 0xffff;
const MOST_DIRECTORY_BYTES = 1 << 24;
const PIECE_BYTES = 1 << 16;

/**
 * A zip archive that is read part by part, never whole. Refused: what two readers could read in two ways (a name twice,
 * ciphers), because a proof must speak of what the spreadsheet program shows.
 */
export class ZipReader {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #entries = new Map<string, Entry>();

  /** Throws NotAVigilWorkbookError, and what `open` throws. */
  static async open(path: string): Promise<ZipReader> {
    const zip = new ZipReader(path, await open(path, "r"));
    try {
      await zip.#readDirectory();
      return zip;
    } catch (error) {
      await zip.close();
      throw error;
    }
  }

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A part's bytes, checked against its checksum. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw this.#refuse(`the part ${name} is missing`);
    const head = await this.#bytes(entry.offset, 30);
    if (head.readUInt32LE(0) !== LOCAL) throw this.#refuse(`the part ${name} is not where the directory says`);
    const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (entry.compressed === 0) return;
    const source = this.#pieces(start, start + entry.compressed);
    const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
    const bytes = entry.method === 0 ? source : pipeline(source, inflate, () => undefined); // its error comes with its bytes
    let crc = 0;
    let size = 0;
    try {
      for await (const piece of bytes as AsyncIterable<Buffer>) {
        crc = crc32(piece, crc);
        size += piece.length;
        yield piece;
      }
    } catch (cause) {
      throw this.#refuse(`the part ${name} is damaged`, cause);
    }
    if (crc !== entry.crc || size !== entry.size) throw this.#refuse(`the part ${name} is damaged`);
  }

  /** A small part as text. */
  async text(name: string): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of this.read(name)) pieces.push(piece);
    return Buffer.concat(pieces).toString("utf8");
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #readDirectory(): Promise<void> {
    const { size } = await this.#file.stat();
    const from = Math.max(0, size - MOST_COMMENT - 22);
    const tail = await this.#bytes(from, size - from);
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
    if (end < 0) throw this.#refuse("it is no zip archive");
    let [count, length, start] = [
      tail.readUInt16LE(end + 10),
      tail.readUInt32LE(end + 12),
      tail.readUInt32LE(end + 16),
    ];
    if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR_64) {
      const record = await this.#bytes(Number(tail.readBigUInt64LE(end - 12)), 56);
      if (record.readUInt32LE(0) !== END_64) throw this.#refuse("its directory cannot be read");
      [count, length, start] = [32, 40, 48].map((at) => Number(record.readBigUInt64LE(at))) as [number, number, number];
    }
    if (length > MOST_DIRECTORY_BYTES) throw this.#refuse("its directory is too large");
    const directory = await this.#bytes(start, length);
    let at = 0;
    for (let i = 0; i < count; i++) at = this.#readEntry(directory, at);
  }

  #readEntry(directory: Buffer, at: number): number {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY)
      throw this.#refuse("its directory cannot be read");
    const [nameLength, extraLength, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [number, number, number]; // biome-ignore format: one glance
    const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
    const entry: Entry = {
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      compressed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    };
    widen(entry, directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw this.#refuse("it is encrypted");
    if (entry.method !== 0 && entry.method !== 8) throw this.#refuse(`${name} is compressed in an unusual way`);
    if (this.#entries.has(name)) throw this.#refuse(`${name} is in it twice`);
    this.#entries.set(name, entry);
    return at + 46 + nameLength + extraLength + comment;
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += PIECE_BYTES) yield await this.#bytes(at, Math.min(PIECE_BYTES, end - at));
  }

  async #bytes(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, position);
    if (bytesRead < length) throw this.#refuse("it ends too early");
    return bytes;
  }

  #refuse(why: string, cause?: unknown): NotAVigilWorkbookError {
    return new NotAVigilWorkbookError(`${this.#path} cannot be read as a workbook: ${why}.`, { cause });
  }
}

/** Sizes beyond 4 GB stand in the extra field, in this order, where the header's own are full. */
function widen(entry: Entry, extra: Buffer): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    for (const key of ["size", "compressed", "offset"] as const)
      if (entry[key] === MOST_32) {
        entry[key] = Number(extra.readBigUInt64LE(value));
        value += 8;
      }
  }
}
