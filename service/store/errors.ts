/** Everything that goes wrong in the store; the message is one sentence that says what to do. */
export class StoreError extends Error {
  override name = "StoreError";
}

export class StoreLockedError extends StoreError {
  override name = "StoreLockedError";
  readonly pid: number;
  constructor(folder: string, pid: number) {
    super(
      `The embedded store in ${folder} is in use by process ${pid}: stop that service, or use PostgreSQL (DATABASE_URL) to share the work.`,
    );
    this.pid = pid;
  }
}

export class InstanceExistsError extends StoreError {
  override name = "InstanceExistsError";
  constructor(name: string) {
    super(`An instance named "${name}" exists already: choose another name, or remove it first.`);
  }
}

export class InstanceUnknownError extends StoreError {
  override name = "InstanceUnknownError";
  constructor(name: string) {
    super(`There is no instance named "${name}": see "vigil instance list".`);
  }
}

/** Somebody else holds the lease, or took it over while we worked; nothing was written. Trying again later helps. */
export class LeaseError extends StoreError {
  override name = "LeaseError";
}

/** The store itself does not work: no connection, no space. Nothing is lost: what was not written is pulled again. */
export class StoreUnavailableError extends StoreError {
  override name = "StoreUnavailableError";
}

/** The database refused or failed a statement; `code` is its SQLSTATE. The cause is its own error. */
export class StoreQueryError extends StoreError {
  override name = "StoreQueryError";
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`The store could not do it (${code}: ${message}): try again, and look into the database's log.`, options);
    this.code = code;
  }
}

/** What a full disk means, whoever noticed it. */
export function diskFull(options?: ErrorOptions): StoreUnavailableError {
  return new StoreUnavailableError(
    "The store's disk is full: free some space; nothing is lost, pulling goes on by itself.",
    options,
  );
}

const NO_CONNECTION = /^(ECONN|ENOTFOUND|EAI_|EHOSTUNREACH|ETIMEDOUT|EPIPE|08|57P0)/;

/** An error of the database as one of ours, with a sentence that says what to do; what is not the database's, as it is. */
export function explain(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const options = { cause: error };
  if (code === "53100" || code === "ENOSPC" || /No space left/.test(message)) return diskFull(options);
  if (NO_CONNECTION.test(code) || /Connection terminated|timeout exceeded when trying to connect/.test(message)) {
    return new StoreUnavailableError(
      `PostgreSQL does not answer (${code || message}): check that it runs and that DATABASE_URL is right.`,
      options,
    );
  }
  if (code === "28P01" || code === "28000" || code === "3D000")
    return new StoreUnavailableError(`PostgreSQL refused the connection (${message}): check DATABASE_URL.`, options);
  if (/^[0-9A-Z]{5}$/.test(code)) return new StoreQueryError(code, message, options);
  return error;
}
