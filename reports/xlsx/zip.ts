import { type FileHandle, open, rm } from "node:fs/promises";
import { crc32, createDeflateRaw, type DeflateRaw } from "node:zlib";

/*
 * A part of the package is deflated into a file of its own while it grows; so many sheets grow at once, sizes are
 * known before the headers are written, and no reader has to trust a data descriptor.
 */

const BUFFER_BYTES = 1 << 18;

/** Text in, deflated bytes in a file out. Deflating runs in libuv's pool while the next text is made. */
export class Spool {
  readonly name: string;
  readonly path: string;
  crc = 0;
  size = 0;
  compressed = 0;
  readonly #deflate: DeflateRaw;
  readonly #file: Promise<FileHandle>;
  #writing: Promise<void> = Promise.resolve();
  #pending: Promise<void> = Promise.resolve();
  #buffer: Buffer = Buffer.allocUnsafe(BUFFER_BYTES * 2);
  #spare: Buffer = Buffer.allocUnsafe(BUFFER_BYTES * 2);
  #end = 0;

  constructor(name: string, path: string, level: number) {
    this.name = name;
    this.path = path;
    this.#file = open(path, "wx", 0o600);
    this.#file.catch(() => undefined); // told by the first write
    this.#deflate = createDeflateRaw({ level, chunkSize: 1 << 17, memLevel: 9 });
    this.#deflate.on("data", (bytes: Buffer) => {
      this.compressed += bytes.length;
      this.#writing = this.#writing.then(async () => void (await (await this.#file).writeFile(bytes)));
      this.#writing.catch(() => undefined); // told by the next drain
    });
  }

  /** Takes text without waiting; call `drain` now and then, or memory grows. */
  write(text: string): void {
    this.#reserve(text.length * 3);
    this.#end += this.#buffer.write(text, this.#end, "utf8");
  }

  writeBytes(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#end += bytes.copy(this.#buffer, this.#end);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(grown, 0, 0, this.#end);
    this.#buffer = grown;
  }

  get isFull(): boolean {
    return this.#end >= BUFFER_BYTES;
  }

  /** Hands what is there to the compressor; waits for the hand-over before. */
  async drain(): Promise<void> {
    await this.#pending;
    await this.#writing; // a disk that is slower than the compressor must slow us, not fill the memory
    const bytes = this.#buffer.subarray(0, this.#end);
    this.crc = crc32(bytes, this.crc);
    this.size += bytes.length;
    this.#pending = new Promise((resolve, reject) =>
      this.#deflate.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
    this.#pending.catch(() => undefined); // told by the next drain
    // a text of megabytes must not keep its room for ever
    const next = this.#spare;
    this.#spare = this.#buffer.length > BUFFER_BYTES * 4 ? Buffer.allocUnsafe(BUFFER_BYTES * 2) : this.#buffer;
    this.#buffer = next;
    this.#end = 0;
  }

  async end(): Promise<void> {
    if (this.#end > 0) await this.drain();
    await this.#pending;
    const ended = new Promise<void>((resolve, reject) => this.#deflate.once("end", resolve).once("error", reject));
    this.#deflate.end();
    await ended;
    await this.#writing;
    await (await this.#file).close();
  }

  /** After a failure: nothing stays open. */
  async abandon(): Promise<void> {
    this.#deflate.destroy();
    await this.#writing.catch(() => undefined);
    await this.#file.then((file) => file.close()).catch(() => undefined); // it may never have been opened
  }
}

const DOS_TIME = 0;
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;
const MOST_32 = 0xffff_ffff;
const UTF8_NAMES = 0x0800;

/** Puts spools behind one another as a zip archive (zip64 where a size needs it) and removes them. Syncs the file. */
export async function writeZip(path: string, spools: Spool[]): Promise<number> {
  const file = await open(path, "wx", 0o600);
  try {
    let offset = 0;
    const put = async (bytes: Buffer): Promise<void> => {
      await file.writeFile(bytes);
      offset += bytes.length;
    };
    // one piece of memory for all copying: a stream's pieces pile up outside the heap faster than they are collected (60 MB)
    const piece = Buffer.allocUnsafe(BUFFER_BYTES);
    const directory: Buffer[] = [];
    for (const spool of spools) {
      const at = offset;
      await put(localHeader(spool));
      const source = await open(spool.path, "r");
      try {
        for (;;) {
          const { bytesRead } = await source.read(piece, 0, piece.length);
          if (bytesRead === 0) break;
          await put(piece.subarray(0, bytesRead));
        }
      } finally {
        await source.close();
      }
      await rm(spool.path);
      directory.push(directoryEntry(spool, at));
    }
    const start = offset;
    await put(Buffer.concat(directory));
    await put(endOfDirectory(spools.length, offset - start, start));
    await file.sync();
    return offset;
  } finally {
    await file.close();
  }
}

function localHeader(spool: Spool): Buffer {
  const name = Buffer.from(spool.name);
  const big = spool.size >= MOST_32 || spool.compressed >= MOST_32;
  const extra = big ? zip64([spool.size, spool.compressed]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  common(header, 4, spool, big);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function directoryEntry(spool: Spool, offset: number): Buffer {
  const name = Buffer.from(spool.name);
  const big = spool.size >= MOST_32 || spool.compressed >= MOST_32;
  const far = offset >= MOST_32;
  const values = [...(big ? [spool.size, spool.compressed] : []), ...(far ? [offset] : [])];
  const extra = values.length > 0 ? zip64(values) : Buffer.alloc(0);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(45, 4);
  common(entry, 6, spool, big);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE(far ? MOST_32 : offset, 42);
  return Buffer.concat([entry, name, extra]);
}

function common(target: Buffer, at: number, spool: Spool, big: boolean): void {
  target.writeUInt16LE(big ? 45 : 20, at);
  target.writeUInt16LE(UTF8_NAMES, at + 2);
  target.writeUInt16LE(8, at + 4);
  target.writeUInt16LE(DOS_TIME, at + 6);
  target.writeUInt16LE(DOS_DATE, at + 8);
  target.writeUInt32LE(spool.crc, at + 10);
  target.writeUInt32LE(big ? MOST_32 : spool.compressed, at + 14);
  target.writeUInt32LE(big ? MOST_32 : spool.size, at + 18);
}

function zip64(values: number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + i * 8);
  return extra;
}

function endOfDirectory(count: number, size: number, start: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(Math.min(size, MOST_32), 12);
  end.writeUInt32LE(Math.min(start, MOST_32), 16);
  if (start < MOST_32) return end;
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(start + size), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end]);
}
