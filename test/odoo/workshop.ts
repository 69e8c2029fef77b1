import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SystemUser, unprivilegedUser } from "./unprivileged.ts";

/**
 * A temporary folder and everything started in it: closed in reverse order, also when the run is interrupted.
 */
export class Workshop {
  readonly dir: string;
  readonly user: SystemUser = unprivilegedUser();
  #closers: (() => Promise<void> | void)[] = [];
  #closing: Promise<void> | undefined;

  constructor(name = "vigil-test-") {
    this.dir = mkdtempSync(join(tmpdir(), name));
    chmodSync(this.dir, 0o711);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void this.close().finally(() => process.exit(130)));
    }
  }

  /** A folder the servers' user may write to. */
  folder(name: string): string {
    const path = join(this.dir, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.give(path);
    return path;
  }

  give(path: string): void {
    if (this.user.uid !== undefined) chownSync(path, this.user.uid, this.user.gid!);
  }

  onClose(closer: () => Promise<void> | void): void {
    this.#closers.push(closer);
  }

  /** Once, however often it is called: who comes second waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const closer of this.#closers.reverse()) {
      try {
        await closer();
      } catch (error) {
        console.error(`cleaning up: ${(error as Error).message}`);
      }
    }
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A free loopback port, in `VIGIL_TEST_PORTS` (`8190-8229`) when that is set. */
export async function freePort(): Promise<number> {
  const range = process.env.VIGIL_TEST_PORTS?.split("-").map(Number);
  if (!range) return await tryPort(0);
  for (let port = range[0]!; port <= range[1]!; port++) {
    if (given.has(port)) continue;
    try {
      given.add(port);
      return await tryPort(port);
    } catch {
      // taken: the next one
    }
  }
  throw new Error(`No port is free in VIGIL_TEST_PORTS=${process.env.VIGIL_TEST_PORTS}.`);
}
const given = new Set<number>();

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const { port: bound } = server.address() as { port: number };
      server.close(() => resolve(bound));
    });
  });
}
