import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { freePort, type Workshop } from "./workshop.ts";

export interface Postgres {
  port: number;
  /** `postgres://…` of one of its databases */
  url(database: string): string;
  query<T extends object = Record<string, unknown>>(database: string, sql: string, values?: unknown[]): Promise<T[]>;
  /** A new database, cloned from a template in about a second. */
  create(database: string, template?: string): Promise<void>;
  drop(database: string): Promise<void>;
  /** What a power cut of the server process does: kill -9 of the postmaster, then a start with recovery. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** The newest PostgreSQL's `bin` on this machine, or undefined. */
export function postgresBin(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isFinite) : [];
  const found = versions
    .sort((a, b) => b - a)
    .map((version) => join(root, String(version), "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  if (found) return found;
  return (process.env.PATH ?? "").split(":").find((dir) => dir && existsSync(join(dir, "initdb")));
}

/**
 * A PostgreSQL of our own on a loopback port, superuser `odoo` without a password, in the workshop's folder.
 * `durable: false` leaves out fsync: right for tests that end only processes (the page cache survives those),
 * wrong for the bench.
 */
export async function startPostgres(workshop: Workshop, options: { durable?: boolean } = {}): Promise<Postgres> {
  const bin = postgresBin();
  if (!bin) throw new Error("No PostgreSQL server on this machine; install Debian's package `postgresql`.");
  const port = await freePort();
  const data = workshop.folder(`postgres-${port}`);
  const as = { ...workshop.user, env: { PATH: process.env.PATH, LANG: "C.UTF-8", TZ: "UTC" }, cwd: data };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "odoo", "-A", "trust", "-E", "UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "-N"],
    { ...as, stdio: "pipe" },
  );
  const settings = [
    "max_connections=200",
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${data}`,
    "shared_buffers=256MB",
  ];
  if (!options.durable) settings.push("fsync=off", "full_page_writes=off", "synchronous_commit=off");
  const args = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  const url = (database: string) => `postgres://odoo@127.0.0.1:${port}/${database}`;

  let server: ChildProcess;
  const launch = () => spawn(join(bin, "postgres"), args, { ...as, stdio: "ignore" });
  const start = async () => {
    server = launch();
    await until(
      () => {
        // after kill -9 of the postmaster its backends hold the shared memory for a moment, and a new one refuses
        if (server.exitCode !== null) server = launch();
        return withClient(url("postgres"), async () => true);
      },
      60_000,
      "PostgreSQL did not start",
    );
  };
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once("exit", () => resolve());
      server.kill(signal);
    });
  await start();
  const self: Postgres = {
    port,
    url,
    query: (database, sql, values) =>
      withClient(url(database), async (client) => (await client.query(sql, values)).rows as never),
    create: async (database, template = "template0") => {
      await self.query("postgres", `CREATE DATABASE "${database}" TEMPLATE "${template}"`);
    },
    drop: async (database) => {
      await self.query("postgres", `DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    },
    killAndRestart: async () => {
      await end("SIGKILL");
      await start();
    },
    stop: () => end("SIGINT"),
  };
  workshop.onClose(() => end("SIGQUIT"));
  return self;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Asks again every 50 ms until it answers something true; the only waiting that the tests do. */
export async function until<T>(ask: () => Promise<T> | T, timeoutMs: number, message: string): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let last = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<T>;
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > deadline) throw new Error(`${message} within ${timeoutMs / 1000} s${last ? ` (${last})` : ""}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
