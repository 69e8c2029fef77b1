import { connect, type Socket } from "node:net";
import { type FromClient, type FromService, Inbox, type Invocation, send } from "./message.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Has the running service at `path` carry out a command, its output written to `terminal`.
 * Answers undefined when no service listens there: then the caller opens the store itself.
 */
export async function callControl(options: {
  path: string;
  version: string;
  invocation: Invocation;
  terminal: Terminal;
}): Promise<{ exit: number; sentence?: string } | undefined> {
  const { terminal } = options;
  const socket = await open(options.path);
  if (!socket) return undefined;
  const abandon = () => socket.destroy();
  terminal.signal.addEventListener("abort", abandon);
  const say = (message: FromClient) => send(socket, message);
  try {
    const { shape, user } = terminal;
    await say({ type: "run", version: options.version, invocation: options.invocation, shape, user });
    const inbox = new Inbox<FromService>(socket);
    for (let message = await inbox.next(); message; message = await inbox.next()) {
      if (message.type === "out") await terminal.out(message.text);
      else if (message.type === "err") await terminal.err(message.text);
      else if (message.type === "ask") await say(await answer(terminal, message.question));
      else
        return message.sentence === undefined
          ? { exit: message.exit }
          : { exit: message.exit, sentence: message.sentence };
    }
  } finally {
    terminal.signal.removeEventListener("abort", abandon);
    socket.destroy();
  }
  terminal.signal.throwIfAborted();
  return {
    exit: 3,
    sentence: "The running service stopped before it had answered; start it again, then repeat the command.",
  };
}

async function answer(terminal: Terminal, question: string): Promise<FromClient> {
  try {
    return { type: "answer", text: await terminal.askSecret(question) };
  } catch (error) {
    return { type: "no-answer", sentence: error instanceof Error ? error.message : String(error) };
  }
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // No file, or a file whose service was killed: nobody listens. Later errors end in `close`, which the inbox sees.
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED" || error.code === "ENOTDIR") resolve(undefined);
      else reject(error);
    });
  });
}
