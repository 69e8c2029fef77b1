/** Memory that is written from its beginning and grows: rows, headers, and what is to be hashed. */
export class ByteWriter {
  /** both change when it grows: ask again after every write */
  bytes: Buffer;
  view: DataView;
  end = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** Makes sure that so many more bytes fit. */
  room(size: number): void {
    if (this.end + size > this.bytes.length) this.grow(this.end + size);
  }
  protected grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, size));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
    this.view = viewOf(larger);
  }

  /** a short ASCII text; byte by byte, because a call into native code costs more than eight bytes do */
  ascii(text: string): void {
    this.room(text.length);
    const { bytes, end } = this;
    for (let i = 0; i < text.length; i++) bytes[end + i] = text.charCodeAt(i);
    this.end = end + text.length;
  }
  /** any text, as UTF-8 */
  text(text: string): void {
    this.room(text.length * 3);
    this.end += this.bytes.write(text, this.end, "utf8");
  }
  /** bytes from elsewhere */
  move(source: DataView, from = 0, to = source.byteLength): void {
    this.room(to - from);
    moveBytes(source, from, this.view, this.end, to - from);
    this.end += to - from;
  }
}

/** A view of a buffer's bytes: what copies short stretches fastest. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Eight bytes at a time, the last eight over some of those before: for the hundred bytes that are usual here that is
 * faster than Buffer.copy, which calls native code. Source and target must not overlap.
 */
export function moveBytes(source: DataView, from: number, target: DataView, to: number, length: number): void {
  let i = 0;
  for (; i + 8 <= length; i += 8) target.setBigUint64(to + i, source.getBigUint64(from + i));
  if (i === length) return;
  if (length > 8) target.setBigUint64(to + length - 8, source.getBigUint64(from + length - 8));
  else for (; i < length; i++) target.setUint8(to + i, source.getUint8(from + i));
}
