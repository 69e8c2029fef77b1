import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Database, type Row, type Transaction, WORKER_ROLE } from "./database.ts";
import { diskFull, explain, StoreError } from "./errors.ts";
import { lockFolder } from "./lock.ts";
import type { WorkerReply, WorkerRequest } from "./pglite-worker.ts";

type Request = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, "id"> : never) : never;

const MAINTENANCE_MS = 600_000;
/**
 * Writes are refused while the disk has less: PostgreSQL answers a full disk at the wrong moment (a new segment of its
 * log, 16 MB) with a panic, and this build of it then spins for ever. Purging needs less, because it makes room.
 */
const RESERVE_BYTES = 64 << 20;
const OWNER_RESERVE_BYTES = 24 << 20;
const READS = /^\s*(SELECT|BEGIN|COMMIT|ROLLBACK|SET|SHOW|COPY \()/i;

/**
 * PostgreSQL inside this process (a worker thread), in `dataDir/store`. One connection: transactions queue up.
 * The worker role holds here as well, but `RESET ROLE` escapes it; the chain is what protects the embedded store.
 */
export async function openPglite(dataDir: string): Promise<Database> {
  const folder = join(dataDir, "store");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataDir);
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), { workerData: { folder }, execArgv: [] });
  const waiting = new Map<number, { resolve: (reply: WorkerReply) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let dead: Error | undefined;
  const fail = (error: Error): void => {
    dead ??= error;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on("error", (error) =>
    fail(
      new StoreError(
        `The embedded store stopped (${(error as Error).message}): check the disk's free space, then start again.`,
      ),
    ),
  );
  worker.on("exit", () => fail(new StoreError("The embedded store is closed.")));
  const started = new Promise<WorkerReply>((resolve, reject) => waiting.set(0, { resolve, reject }));
  worker.on("message", (reply: WorkerReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error) call?.reject(failure(reply.error));
    else call?.resolve(reply);
  });
  const send = (request: Request): Promise<WorkerReply> =>
    new Promise((resolve, reject) => {
      if (dead) return reject(dead);
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id });
    });
  const query = async <R>(sql: string, parameters: unknown[] = []): Promise<R[]> => {
    const { rows } = await send({ type: "query", sql, parameters });
    return (rows as Row[]).map(withBuffers) as R[];
  };
  const roomFor = (bytes: number): void => {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < bytes) throw diskFull();
  };
  const sessionWith = (reserve: number): Transaction => ({
    query: async (sql, parameters) => {
      if (!READS.test(sql)) roomFor(reserve);
      return query(sql, parameters);
    },
    // COPY from a blob counts as reading a server's file, which no role but the owner may
    copyIn: async (sql, bytes) => {
      roomFor(reserve + 3 * bytes.length); // the rows, and twice in the log
      await query("SET LOCAL ROLE NONE");
      await send({ type: "copyIn", sql, bytes });
      await query(`SET LOCAL ROLE ${WORKER_ROLE}`);
    },
  });
  const workers = sessionWith(RESERVE_BYTES);
  const owners = sessionWith(OWNER_RESERVE_BYTES);

  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const inTransaction = <T>(role: string, work: (tx: Transaction) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      await query("BEGIN");
      try {
        if (role !== "") await query(`SET LOCAL ROLE ${role}`);
        const result = await work(role === "" ? owners : workers);
        await query("COMMIT");
        return result;
      } catch (error) {
        await query("ROLLBACK").catch(() => undefined); // the first error is the one to tell
        throw error;
      }
    });

  // no autovacuum and no checkpointer here: the rows of instances and leases are rewritten with each pull
  const maintain = async (): Promise<void> => {
    for (const sql of ["VACUUM instance", "VACUUM lease", "ANALYZE", "CHECKPOINT"]) await inTurn(() => query(sql));
  };
  const maintenance = setInterval(() => maintain().catch(() => undefined), MAINTENANCE_MS).unref(); // the next turn tries again
  try {
    await started;
  } catch (error) {
    clearInterval(maintenance);
    unlock();
    throw error;
  }
  return {
    kind: "pglite",
    query: (sql, parameters) => inTransaction(WORKER_ROLE, (tx) => tx.query(sql, parameters)),
    transaction: (work) => inTransaction(WORKER_ROLE, work),
    ownerTransaction: (work) => inTransaction("", work),
    async *copyOut(sql) {
      const { bytes } = await inTurn(() => send({ type: "copyOut", sql }));
      if (bytes!.length > 0) yield Buffer.from(bytes!.buffer, bytes!.byteOffset, bytes!.byteLength);
    },
    async close() {
      clearInterval(maintenance);
      await inTurn(() => send({ type: "close" }));
      await worker.terminate();
      unlock();
    },
  };
}

/** Whatever PGlite throws is the store's fault, also what has no SQLSTATE. */
function failure({ message, code }: NonNullable<WorkerReply["error"]>): Error {
  const error = explain(Object.assign(new Error(message), { code }));
  if (error instanceof StoreError) return error;
  return new StoreError(`The embedded store failed (${message}): restart the service; nothing stored is lost.`, {
    cause: error,
  });
}

/** Bytes cross the thread as plain Uint8Arrays. */
function withBuffers(row: Row): Row {
  for (const key in row) {
    const value = row[key];
    if (value instanceof Uint8Array) row[key] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
}
