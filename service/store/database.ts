export type Row = Record<string, unknown>;

/** What can run SQL: a connection in a transaction, or the store as a whole. Parameters are $1, $2, … */
export interface Queryable {
  query<R = Row>(sql: string, parameters?: unknown[]): Promise<R[]>;
}

/** A transaction's connection. */
export interface Transaction extends Queryable {
  /** runs `COPY … FROM STDIN …` with the given bytes */
  copyIn(sql: string, bytes: Buffer): Promise<void>;
}

/**
 * The one door to SQL. `worker` may insert and read evidence; `owner` may also change the schema and delete.
 * Values come back alike on PGlite and PostgreSQL: int8 as number, json as text, bytea as Buffer, date and timestamptz as text.
 */
export interface Database extends Queryable {
  readonly kind: "pglite" | "postgresql";
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  ownerTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** the bytes of `COPY (…) TO STDOUT …`, in pieces of any size, each valid until the next is asked for */
  copyOut(sql: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** May insert and read evidence, not change or delete it. */
export const WORKER_ROLE = "vigil_worker";
