import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { type FromClient, type FromService, Inbox, type Invocation, send } from "./message.ts";
import type { Terminal } from "./terminal.ts";

/** Carries out one command for a client; answers the exit status, and the sentence of a failure. */
export type Run = (invocation: Invocation, terminal: Terminal) => Promise<{ exit: number; sentence?: string }>;

export interface Control {
  close(): Promise<void>;
}

/**
 * Opens the control socket at `path` (mode 0600). The caller holds the data folder's lock, so a socket file that is
 * already there was left by a killed service and may be replaced. `version`: clients of another release are refused.
 */
export async function listenControl(options: { path: string; version: string; run: Run }): Promise<Control> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  await rm(options.path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void serveOne(socket, options).finally(() => socket.end());
  });
  await listen(server, options.path);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  // Made private at birth: a chmod afterwards alone would leave a moment in which others may connect.
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(path, () => resolve());
    });
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o600);
}

async function serveOne(socket: Socket, options: { version: string; run: Run }): Promise<void> {
  const gone = new AbortController();
  socket.on("close", () => gone.abort());
  const inbox = new Inbox<FromClient>(socket);
  const say = (message: FromService) => send(socket, message);
  try {
    const first = await inbox.next();
    if (first?.type !== "run") return;
    if (first.version !== options.version) {
      const sentence = `The running service is Vigil ${options.version} and this is ${first.version}; restart the service, then try again.`;
      return await say({ type: "done", exit: 1, sentence });
    }
    const terminal: Terminal = {
      out: (text) => say({ type: "out", text }),
      err: (text) => say({ type: "err", text }),
      shape: first.shape,
      user: first.user,
      signal: gone.signal,
      async askSecret(question) {
        await say({ type: "ask", question });
        const reply = await inbox.next();
        if (reply?.type === "answer") return reply.text;
        throw new NoAnswer(reply?.type === "no-answer" ? reply.sentence : "Nobody answered.");
      },
    };
    await say({ type: "done", ...(await options.run(first.invocation, terminal)) });
  } catch {
    // A line that is no JSON, or a client that broke off in the middle: there is nobody left to tell.
    socket.destroy();
  }
}

/** The person at the other end could not or would not answer a question. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}
