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
