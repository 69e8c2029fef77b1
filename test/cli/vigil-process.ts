import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/vigil.js", import.meta.url));

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The real command in processes of its own, on a folder of its own. */
export class VigilProcess {
  readonly folder = mkdtempSync(join(tmpdir(), "vigil-cli-"));
  readonly dataDir = join(this.folder, "data");
  readonly #children = new Set<ChildProcess>();

  run(words: string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(words, env).ended;
  }

  /** `says` resolves when the text has appeared on standard output. */
  start(words: string[], env: Record<string, string> = {}) {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^VIGIL_|^DATABASE_URL$/.test(name)),
    );
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd: this.folder,
      env: { ...inherited, NO_COLOR: "1", VIGIL_DATA_DIR: this.dataDir, VIGIL_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    const result: Ended = { status: null, stdout: "", stderr: "" };
    const watchers = new Set<() => void>();
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
      for (const watch of watchers) watch();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      result.stderr += text;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (status) => {
        this.#children.delete(child);
        result.status = status;
        resolve(result);
      });
    });
    const says = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(result.stdout);
          if (match) resolve(match);
        };
        watchers.add(look);
        look();
        void ended.then(() => reject(new Error(`ended before it said ${pattern}: ${result.stdout}${result.stderr}`)));
      });
    return { child, ended, says };
  }

  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
