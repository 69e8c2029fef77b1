import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { CopyOut } from "./copy-out.ts";
import { type Database, type Row, type Transaction, WORKER_ROLE } from "./database.ts";
import { explain, StoreError } from "./errors.ts";

const asText = (value: string): string => value;
/** int8 as number (seq stays far below 2^53), json and times as text: pg's own choices shift dates and reparse json. */
const PARSERS: Record<number, (value: string) => unknown> = {
  20: Number,
  114: asText,
  1082: asText,
  1114: asText,
  1184: asText,
  3802: asText,
};
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    PARSERS[oid] ?? pg.types.getTypeParser(oid, format as "text"),
};
const COPY_PIECE = 1 << 20;
const ignore = (): void => undefined;

/** PostgreSQL: a pool that works under the worker role, and one that is the owner's. */
export function openPostgres(databaseUrl: string, ownerDatabaseUrl = databaseUrl): Database {
  const common = { types, application_name: "vigil", connectionTimeoutMillis: 10_000, keepAlive: true };
  const options = "-c timezone=UTC -c datestyle=ISO -c jit=off -c bytea_output=hex";
  // the role as a start option: no round trip for it, and RESET ROLE comes back to it
  const workers = new pg.Pool({
    ...common,
    connectionString: databaseUrl,
    max: 10,
    options: `${options} -c role=${WORKER_ROLE}`,
  });
  const owners = new pg.Pool({ ...common, connectionString: ownerDatabaseUrl, max: 2, options });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  // pg emits errors of a connection in use there, too, beside rejecting the query or ending the COPY under way.
  for (const pool of [workers, owners]) {
    pool.on("error", ignore);
    pool.on("connect", (client) => void client.on("error", ignore));
  }

  const withClient = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await connect(pool);
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      const { code } = error as { code?: string };
      if (!(error instanceof StoreError) && (code === undefined || /^(57|08)/.test(code))) broken = error as Error;
      throw explain(error);
    } finally {
      client.release(broken);
    }
  };
  const inTransaction = <T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> =>
    withClient(pool, async (client) => {
      await client.query("BEGIN");
      try {
        const result = await work(session(client));
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined); // the first error is the one to tell
        throw error;
      }
    });

  return {
    kind: "postgresql",
    query: (sql, parameters) => withClient(workers, (client) => session(client).query(sql, parameters)),
    transaction: (work) => inTransaction(workers, work),
    ownerTransaction: (work) => inTransaction(owners, work),
    async *copyOut(sql) {
      const client = await connect(workers);
      let done = false;
      try {
        yield* client.query(new CopyOut(sql)).pieces();
        done = true;
      } catch (error) {
        throw explain(error);
      } finally {
        client.release(!done); // a COPY left in the middle takes its connection with it
      }
    },
    async close() {
      await Promise.all([workers.end(), owners.end()]);
    },
  };
}

function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch((error: unknown) => {
    throw explain(error);
  });
}

function session(client: pg.PoolClient): Transaction {
  return {
    query: async <R = Row>(sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows as R[],
    copyIn: (sql, bytes) => pipeline(Readable.from(pieces(bytes)), client.query(copyFrom(sql))),
  };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += COPY_PIECE) yield bytes.subarray(start, start + COPY_PIECE);
}
