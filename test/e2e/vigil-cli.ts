import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BIN = resolve(import.meta.dirname, "../../bin/vigil.js");

/** A line of `vigil events list --json`. */
export interface EventLine {
  instance: string;
  seq: number;
  occurred_at: string;
  kind: string;
  model?: string;
  record_id?: number;
  record_name?: string;
  user: { id: number; login: string; name: string } | null;
  origin: { type: string; route?: string; method?: string; id?: number; name?: string };
  session?: string;
  ip?: string;
  request_id?: string;
  transaction: string;
  changes: ChangeLine[];
  details?: Record<string, unknown>;
  hash: string;
}
export interface ChangeLine {
  field: string;
  label: string;
  type: string;
  lang?: string;
  company?: { id: number; name?: string };
  before?: unknown;
  after?: unknown;
  added?: { id: number; name?: string }[];
  removed?: { id: number; name?: string }[];
  redacted?: true;
}

/** Our environment without any setting of Vigil's: it refuses those it does not know, and a test brings its own. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("VIGIL_") && name !== "DATABASE_URL");
  return Object.fromEntries(kept);
}

/** `vigil …` as an operator runs it, on a data folder (or DATABASE_URL) of its own. */
export class Vigil {
  readonly dir = mkdtempSync(join(tmpdir(), "vigil-e2e-"));
  readonly env: Record<string, string>;

  constructor(env: Record<string, string> = {}) {
    this.env = { VIGIL_DATA_DIR: this.dir, NO_COLOR: "1", ...env };
  }

  /** Runs to its end; does not throw on another status than 0. */
  run(args: string[], env: Record<string, string> = {}): Promise<{ status: number; stdout: string; stderr: string }> {
    return new Promise((done, failed) => {
      const child = spawn(process.execPath, [BIN, ...args], {
        env: { ...cleanEnv(), ...this.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.once("error", failed);
      child.once("close", (status) => done({ status: status ?? 1, stdout, stderr }));
    });
  }

  /** Runs and expects status 0. */
  async ok(args: string[], env: Record<string, string> = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, env);
    if (status !== 0) throw new Error(`vigil ${args.join(" ")} ended with ${status}: ${stderr || stdout}`);
    return stdout;
  }

  async add(name: string, target: { url: string; database: string }, login: string, key: string): Promise<void> {
    const args = ["instance", "add", name, "--url", target.url, "--db", target.database, "--login", login];
    await this.ok(args, { VIGIL_ODOO_KEY: key });
  }

  async pull(name: string): Promise<void> {
    await this.ok(["pull", name]);
  }

  async events(...filters: string[]): Promise<EventLine[]> {
    const out = await this.ok(["events", "list", "--json", "--limit", "1000000", ...filters]);
    return out
      .split("\n")
      .filter((line) => line.trim())
      .map((line) => JSON.parse(line) as EventLine);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
