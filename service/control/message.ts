import type { Socket } from "node:net";
import type { Shape } from "./terminal.ts";

/**
 * What travels over the control socket: JSON lines, both ways. One connection carries one command.
 * The socket's mode (0600, in a folder of mode 0700) is the permission: who can open it could open the store's files.
 */
export interface Invocation {
  /** the command's name: "events list" */
  command: string;
  arguments: string[];
  options: Record<string, unknown>;
}
export type FromClient =
  | { type: "run"; version: string; invocation: Invocation; shape: Shape; user: string }
  | { type: "answer"; text: string }
  | { type: "no-answer"; sentence: string };
export type FromService =
  | { type: "out"; text: string }
  | { type: "err"; text: string }
  | { type: "ask"; question: string }
  | { type: "done"; exit: number; sentence?: string };

/** Sends one message; waits when the other side reads slowly. Throws nothing when it has gone: `close` says so. */
export async function send(socket: Socket, message: FromClient | FromService): Promise<void> {
  if (socket.destroyed || !socket.writable) return;
  if (socket.write(`${JSON.stringify(message)}\n`)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      socket.off("drain", settle).off("close", settle);
      resolve();
    };
    socket.once("drain", settle).once("close", settle);
  });
}

/** Messages waiting to be read; beyond this the socket rests, so that a slow terminal slows the sender down. */
const ENOUGH = 64;

/** The messages that arrive. Reads on by itself (a socket that nobody reads never says "close"). */
export class Inbox<T> {
  readonly #socket: Socket;
  readonly #waiting: T[] = [];
  #wake: (() => void) | undefined;
  #rest = "";
  #failure: unknown;
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => this.#take(chunk));
    socket.on("close", () => this.#end());
    socket.on("end", () => this.#end());
  }

  /** The next message; undefined when the other side has ended. Rejects on a line that is no JSON. */
  async next(): Promise<T | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#waiting.length <= ENOUGH) this.#socket.resume();
    return this.#waiting.shift();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop()!;
    try {
      for (const line of lines) this.#waiting.push(JSON.parse(line) as T);
    } catch (error) {
      this.#failure = error;
    }
    if (this.#waiting.length > ENOUGH) this.#socket.pause();
    this.#wake?.();
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}
