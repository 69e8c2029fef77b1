import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Tally } from "./tally.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** A tool that answers yes or no: one test. Its output is shown when it says no. */
export async function checkTool(tally: Tally, step: string, command: string, args: string[]): Promise<void> {
  const { status, output } = await run(join(ROOT, "node_modules/.bin", command), args);
  if (status !== 0) console.log(output);
  tally.add(step, status === 0 ? { passed: 1 } : { failed: 1 });
}

/**
 * Vitest with its counts, which land in `report` (a JSON file in a temporary folder). No report at all — a crash,
 * a syntax error — is one failure.
 */
export async function vitest(
  tally: Tally,
  step: string,
  report: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { status } = await run(
    join(ROOT, "node_modules/.bin/vitest"),
    ["run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    env,
    true,
  );
  if (!existsSync(report)) return tally.add(step, { failed: 1 }, "vitest left no report");
  const counts = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
  const failed = counts.numFailedTests ?? 0;
  tally.add(step, {
    passed: counts.numPassedTests ?? 0,
    // a file that cannot be loaded has no tests to fail
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0),
  });
}

function run(command: string, args: string[], env: Record<string, string> = {}, show = false) {
  return new Promise<{ status: number; output: string }>((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => done({ status: 127, output: error.message }));
    child.once("close", (status) => done({ status: status ?? 1, output }));
  });
}
