import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, cpSync, existsSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Postgres, until } from "./postgres.ts";
import type { Release } from "./releases.ts";
import { freePort, type Workshop } from "./workshop.ts";

export interface OdooServer {
  url: string;
  gevent_port: number;
  database: string;
  log: string;
  stop(): Promise<void>;
}

/** One Odoo release on a PostgreSQL of ours; each database has its own logs and shares one filestore folder. */
export class Odoo {
  readonly release: Release;
  readonly postgres: Postgres;
  /** more addons folders, for what is measured beside ours */
  readonly extraAddons: string[] = [];
  #workshop: Workshop;
  #addons: string;
  #data: string;
  #running = new Set<ChildProcess>();

  constructor(release: Release, postgres: Postgres, workshop: Workshop) {
    this.release = release;
    this.postgres = postgres;
    this.#workshop = workshop;
    this.#data = workshop.folder(`odoo-${release.version}`);
    this.#addons = addonsOf(workshop);
    workshop.onClose(() => Promise.all([...this.#running].map(end)).then(() => {}));
  }

  /** Database name of this release, `p_` prefixed so that several runs on one server stay apart. */
  name(purpose: string): string {
    return `vigil_${this.release.version.split(".")[0]}_${purpose}`;
  }

  /** For odoo-bin runs that listen (tests of controllers do). */
  port(): Promise<number> {
    return freePort();
  }

  get filestore(): string {
    return join(this.#data, "filestore");
  }

  /** A clone with its filestore; about a second. */
  async clone(template: string, database: string): Promise<void> {
    await this.postgres.create(database, template);
    const from = join(this.filestore, template);
    if (existsSync(from)) {
      const to = join(this.filestore, database);
      execFileSync("cp", ["-a", from, to], { ...this.#workshop.user, cwd: "/" });
    }
  }

  /** Creates the database and installs modules, without demonstration data. Throws with the log's errors. */
  async install(database: string, modules: string[]): Promise<void> {
    const run = await this.run(database, [
      "-i",
      modules.join(","),
      "--without-demo=1",
      "--stop-after-init",
      "--no-http",
    ]);
    if (run.status !== 0)
      throw new Error(`Odoo ${this.release.version} could not install ${modules}: ${errorsIn(run.log)}`);
  }

  /** Runs odoo-bin to its end, or ends it after `limitMs` with status 124, as `timeout` does. */
  async run(
    database: string,
    args: string[],
    options: { stdin?: string; limitMs?: number } = {},
  ): Promise<{ status: number; log: string; output: string }> {
    const child = this.#spawn(database, args, options.stdin);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.process.kill("SIGKILL");
    }, options.limitMs ?? HOURS_MS);
    const status = await new Promise<number>((done) => child.process.once("close", (code) => done(code ?? 1)));
    clearTimeout(limit);
    return { status: late ? 124 : status, log: readFileSync(child.log, "utf8"), output: child.output() };
  }

  /** A server on a free loopback port, threaded unless workers are asked for; resolves when it answers. */
  async serve(database: string, args: string[] = [], cronThreads = 0): Promise<OdooServer> {
    const port = await freePort();
    const gevent_port = await freePort();
    const child = this.#spawn(database, [
      ...["--http-interface=127.0.0.1", `--http-port=${port}`, `--gevent-port=${gevent_port}`],
      ...[
        `--max-cron-threads=${cronThreads}`,
        `--db-filter=^${database}$`,
        "--db_maxconn=64",
        "--no-database-list",
        ...args,
      ],
    ]);
    const url = `http://127.0.0.1:${port}`;
    await until(
      async () => {
        if (child.process.exitCode !== null) throw new Error(errorsIn(readFileSync(child.log, "utf8")));
        return (await fetch(`${url}/web/login`, { signal: AbortSignal.timeout(60_000) })).ok;
      },
      180_000,
      `Odoo ${this.release.version} did not answer`,
    );
    return { url, gevent_port, database, log: child.log, stop: () => end(child.process) };
  }

  #spawn(database: string, args: string[], stdin?: string) {
    const log = join(this.#workshop.dir, `odoo-${database}-${++logs}.log`);
    const out = openSync(log, "w");
    const process_ = spawn(
      "/usr/bin/python3",
      [
        join(this.release.home, "odoo-bin"),
        ...(stdin === undefined ? [] : ["shell"]),
        ...["-d", database, "--db_host=127.0.0.1", `--db_port=${this.postgres.port}`, "--db_user=odoo"],
        ...[
          `--data-dir=${this.#data}`,
          `--addons-path=${[join(this.release.home, "addons"), this.#addons, ...this.extraAddons]}`,
        ],
        ...args,
      ],
      {
        ...this.#workshop.user,
        cwd: this.#data,
        // one compiled copy of the sources for all starts of this run, and none in the sources
        env: {
          PATH: "/usr/bin:/bin",
          HOME: this.#data,
          LANG: "C.UTF-8",
          TZ: "UTC",
          PYTHONPYCACHEPREFIX: this.#workshop.folder("pycache"),
        },
        stdio: [stdin === undefined ? "ignore" : "pipe", stdin === undefined ? out : "pipe", out],
      },
    );
    closeSync(out);
    let output = "";
    process_.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    if (stdin !== undefined) process_.stdin?.end(stdin);
    this.#running.add(process_);
    process_.once("close", () => this.#running.delete(process_));
    return { process: process_, log, output: () => output };
  }
}
let logs = 0;
/** Nothing that ends by itself takes longer. */
const HOURS_MS = 4 * 3_600_000;

/** Odoo runs as another user and may not read the checkout: it gets a copy of the addons. */
function addonsOf(workshop: Workshop): string {
  const target = join(workshop.dir, "addons");
  if (!existsSync(target)) {
    cpSync(resolve(import.meta.dirname, "../../odoo_addons"), target, {
      recursive: true,
      filter: (path) => !path.endsWith("__pycache__"),
    });
    execFileSync("chmod", ["-R", "a+rX", target]);
  }
  return target;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(hard);
}

/** The lines of a log that tell what went wrong, for a person: errors, else its end. */
export function errorsIn(log: string): string {
  const lines = log.split("\n");
  const wrong = lines.filter((line) => / (ERROR|CRITICAL) /.test(line) || /^\w*(Error|Exception)\b/.test(line));
  return (wrong.length ? wrong : lines).slice(-15).join("\n");
}
