import type { Connection, Submittable } from "pg";

const PIECE_BYTES = 1 << 18;
/** so many pieces may wait until the network is held up */
const PIECES = 4;

/**
 * `COPY … TO STDOUT` as pieces of its bytes, each valid until the next is asked for. PostgreSQL sends a message a row;
 * pg takes them apart, and here they are laid together in memory that is used again: a quarter less of processor than
 * by pg-copy-streams (6.4 instead of 8.3 µs a row of 2.5 kB on a busy core).
 */
export class CopyOut implements Submittable {
  readonly #sql: string;
  #connection: Connection | undefined;
  /** the one that is being filled, then those that wait, then those that were read */
  #filling: Buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #end = 0;
  readonly #waiting: Buffer[] = [];
  readonly #read: Buffer[] = [];
  #done = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(sql: string) {
    this.#sql = sql;
  }

  async *pieces(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      for (let piece = this.#waiting.shift(); piece !== undefined; piece = this.#waiting.shift()) {
        yield piece;
        if (piece.buffer.byteLength === PIECE_BYTES) this.#read.push(Buffer.from(piece.buffer));
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#done) return;
      this.#connection?.stream.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  // What follows is called by pg.
  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#end + chunk.length > this.#filling.length) this.#handOver(chunk.length);
    chunk.copy(this.#filling, this.#end);
    this.#end += chunk.length;
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.#handOver(0);
    this.#done = true;
    this.#wake();
  }
  handleError(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  /** The piece that is full to the reader, and another one to be filled, which has room for `bytes`. */
  #handOver(bytes: number): void {
    if (this.#end > 0) this.#waiting.push(this.#filling.subarray(0, this.#end));
    this.#end = 0;
    const used = bytes <= PIECE_BYTES ? this.#read.pop() : undefined;
    this.#filling = used ?? Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, bytes));
    if (this.#waiting.length >= PIECES) this.#connection?.stream.pause();
    this.#wake();
  }
}
