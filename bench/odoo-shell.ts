import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Odoo } from "../test/odoo/odoo.ts";

/** An `odoo-bin shell` that waits for our commands between rounds. */
export interface Shell {
  ask<T>(command: { do: string; [key: string]: unknown }): Promise<T>;
  end(): Promise<void>;
}

export async function openShell(odoo: Odoo, database: string, args: string[] = []): Promise<Shell> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  const script = readFileSync(join(import.meta.dirname, "rounds.py"), "utf8");
  const run = odoo.run(database, ["--no-http", ...args], { stdin: `BENCH_PORT = ${port}\n${script}` });
  const failed = run.then(({ log, output }) => {
    throw new Error(`odoo-bin shell ended early: ${(output + log).slice(-1500)}`);
  });
  failed.catch(() => {});
  const socket = await Promise.race([connection(server), failed]);
  server.close();
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await Promise.race([lines.next(), failed])).value as string);
  await next();
  return {
    ask: async (command) => {
      socket.write(`${JSON.stringify(command)}\n`);
      return await next();
    },
    end: async () => {
      socket.end(`${JSON.stringify({ do: "end" })}\n`);
      await run;
    },
  };
}

function connection(server: Server): Promise<Socket> {
  return new Promise((resolve) => server.once("connection", resolve));
}
