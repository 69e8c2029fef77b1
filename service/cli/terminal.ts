import { once } from "node:events";
import { userInfo } from "node:os";
import type { Shape, Terminal } from "../control/terminal.ts";

/** The terminal of this process. `secret`: answers `askSecret` without asking (VIGIL_ODOO_KEY). */
export function processTerminal(options: { secret?: string | undefined; signal: AbortSignal }): Terminal {
  return {
    out: (text) => write(process.stdout, text),
    err: (text) => write(process.stderr, text),
    askSecret: async (question) => options.secret ?? (await promptHidden(question, options.signal)),
    shape: shapeOf(process.stdout, process.stderr, process.env),
    user: userName(),
    signal: options.signal,
  };
}

function shapeOf(out: NodeJS.WriteStream, err: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Shape {
  const shape: Shape = {
    progress: err.isTTY === true && env.TERM !== "dumb",
    color: env.FORCE_COLOR ? env.FORCE_COLOR !== "0" : out.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb",
  };
  if (out.isTTY) shape.columns = out.columns;
  return shape;
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "?"}`;
  }
}

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}

async function promptHidden(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new NobodyToAsk();
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  let answer = "";
  try {
    for await (const [chunk] of onData(stdin, signal)) {
      for (const key of chunk) {
        if (key === "\r" || key === "\n" || key === "\u0004") return answer;
        if (key === "\u0003") throw new DOMException("interrupted", "AbortError");
        if (key === "\u007f" || key === "\b") answer = answer.slice(0, -1);
        else if (key >= " ") answer += key;
      }
    }
    return answer;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

async function* onData(stream: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<[string]> {
  while (true) yield (await once(stream, "data", { signal })) as [string];
}

/** A secret was asked for and no terminal is attached. */
export class NobodyToAsk extends Error {
  override name = "NobodyToAsk";
  constructor() {
    super("Set VIGIL_ODOO_KEY to the API key or password, or run this in a terminal to type it.");
  }
}
