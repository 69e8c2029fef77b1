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

const NO_CONNECTION = /^(ECONN|ENOTFOUND|EAI_|EHOSTUNREACH|ETIMEDOUT|EPIPE|08|57P0)/;

/** An error of the database as a sentence that says what to do; others as they are. */
export function explain(error: unknown): unknown {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === "53100" || code === "ENOSPC" || /No space left/.test(message)) {
    return new StoreUnavailableError(
      "The store's disk is full: free some space; nothing is lost, pulling goes on by itself.",
      { cause: error },
    );
  }
  if (NO_CONNECTION.test(code) || /Connection terminated|timeout exceeded when trying to connect/.test(message)) {
    return new StoreUnavailableError(
      `PostgreSQL does not answer (${code || message}): check that it runs and that DATABASE_URL is right.`,
      { cause: error },
    );
  }
  if (code === "28P01" || code === "28000" || code === "3D000") {
    return new StoreUnavailableError(`PostgreSQL refused the connection (${message}): check DATABASE_URL.`, {
      cause: error,
    });
  }
  return error;
}
