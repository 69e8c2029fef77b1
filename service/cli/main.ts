import { CommanderError } from "commander";
import type { Terminal } from "../control/terminal.ts";
import type { Settings } from "../settings/list.ts";
import { readSettings } from "../settings/read.ts";
import { explain } from "./explain.ts";
import { EXIT } from "./failure.ts";
import { buildProgram, isWrongUsage, parse } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** The `vigil` command: runs what the process's arguments say, and sets its exit status. */
export async function main(words: string[] = process.argv.slice(2)): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    // The second Ctrl-C does not wait for a tidy end.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(signal);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  // `vigil events list | head`: the reader has seen enough.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.success);
    });
  }
  try {
    process.exitCode = await run(words, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.exitCode = interrupted.signal.reason === "SIGTERM" ? 143 : 130;
    } else {
      if (process.env.VIGIL_DEBUG === "1") console.error(error);
      const { exit, sentence } = explain(error);
      process.stderr.write(`vigil: ${sentence}\n`);
      process.exitCode = exit;
    }
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

async function run(words: string[], signal: AbortSignal): Promise<number> {
  let exit: number = EXIT.success;
  const environment = (): { settings: Settings; terminal: Terminal } => {
    const settings = readSettings(process.env);
    return { settings, terminal: processTerminal({ secret: settings.odooKey, signal }) };
  };
  // Each way loads only what it needs: `--help` must not wait for a database to be compiled.
  const program = buildProgram({
    async invoke(invocation) {
      const { execute } = await import("./execute.ts");
      exit = await execute(invocation, environment());
    },
    async serve() {
      const { serve } = await import("./serve.ts");
      exit = await serve(environment());
    },
    async demo(options) {
      const { demo } = await import("./demo/demo.ts");
      exit = await demo({ ...environment(), once: options.once === true });
    },
    async backup(folder) {
      const { backup } = await import("./backup/backup.ts");
      exit = await backup({ ...environment(), folder });
    },
    async restore(folder) {
      const { restore } = await import("./backup/backup.ts");
      exit = await restore({ ...environment(), folder });
    },
    async verifyFile(path, options) {
      const { verifyFile } = await import("./verify-file/index.ts");
      exit = await verifyFile({ terminal: environment().terminal, path, ...options });
    },
  });
  try {
    await parse(program, words, { out: (text) => void process.stdout.write(text) });
  } catch (error) {
    if (isWrongUsage(error)) return wrongUsage(error, words, program.helpInformation());
    if (!(error instanceof CommanderError)) throw error;
  }
  return exit;
}

function wrongUsage(error: CommanderError, words: string[], help: string): number {
  if (words.length === 0) process.stderr.write(help);
  else if (error.code === "commander.help")
    process.stderr.write(`vigil: "vigil ${words.join(" ")}" needs one word more; add --help to see which.\n`);
  else
    process.stderr.write(
      `vigil: ${error.message.replace(/^error: /, "").replace(/\n/g, " ")}; \`vigil --help\` shows the usage.\n`,
    );
  return EXIT.usage;
}
