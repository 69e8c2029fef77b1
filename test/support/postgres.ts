import { execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

/* A throw-away PostgreSQL cluster for tests: initdb in a temporary folder, a free port, gone afterwards. */

export interface TestPostgres {
  /** address of a database, made when `create` is called */
  url(database: string): string;
  create(database: string): Promise<string>;
  /** immediate shutdown and start again: a crash of the server */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** The newest PostgreSQL's programs, from /usr/lib/postgresql or PATH; undefined when there are none. */
export function findPostgres(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, "bin")), ...(process.env.PATH ?? "").split(":")];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")));
}

export const NO_POSTGRES = "no PostgreSQL found under /usr/lib/postgresql or PATH: these tests are skipped";

/** Starts a cluster. PostgreSQL refuses to run as root, so root runs it as the user postgres (or nobody). */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error(NO_POSTGRES);
  const folder = mkdtempSync(join(tmpdir(), "vigil-pg-"));
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o700);
  }
  const data = join(folder, "data");
  const run = async (program: string, args: string[]): Promise<void> => {
    await promisify(execFile)(join(bin, program), args, {
      ...user,
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: "C" },
    });
  };
  await run("initdb", ["-D", data, "-U", "vigil", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const port = await freePort();
  const options = `-p ${port} -h 127.0.0.1 -k ${folder} -c shared_buffers=128MB -c max_wal_size=2GB`;
  // pg_ctl's child keeps our pipes open: no output but the log's
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(join(bin, "pg_ctl"), ["-D", data, "-w", "-l", join(folder, "log"), "-o", options, "start"], {
        ...user,
        cwd: folder,
        stdio: "ignore",
      });
      child.on("error", reject);
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`pg_ctl start ended with ${code}`))));
    });
  await start();
  const url = (database: string): string => `postgres://vigil@127.0.0.1:${port}/${database}`;
  return {
    url,
    async create(database) {
      const client = new pg.Client({ connectionString: url("postgres") });
      await client.connect();
      await client.query(`CREATE DATABASE "${database}"`);
      await client.end();
      return url(database);
    },
    async crash() {
      await run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
      await start();
    },
    async stop() {
      await run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function unprivileged(): { uid: number; gid: number } {
  const id = (flag: string, name: string): number =>
    Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: id("-u", name), gid: id("-g", name) };
    } catch {
      // no such user: the next one
    }
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
