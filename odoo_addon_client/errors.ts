/** Who has to act. `odoo` also stands for an answer nobody can read (a proxy's error page, a cut connection). */
export type Blame = "network" | "tls" | "database" | "credentials" | "rights" | "addon" | "odoo";

interface ErrorOptions {
  cause?: unknown;
}

/**
 * The root of everything the client throws. The message is one sentence that says what to do and never carries the
 * secret; `retryable` says whether the same call may succeed by waiting.
 */
export class VigilClientError extends Error {
  readonly blame: Blame;
  readonly retryable: boolean;
  constructor(blame: Blame, retryable: boolean, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.blame = blame;
    this.retryable = retryable;
  }
}

export class NetworkError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("network", true, message, options);
  }
}
export class TimeoutError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("network", true, message, options);
  }
}
/** The service may not connect there (a cloud's metadata, or what its operator closed): waiting does not help. */
export class RefusedAddressError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("network", false, message, options);
  }
}
export class TlsError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("tls", false, message, options);
  }
}
export class WrongDatabaseError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("database", false, message, options);
  }
}
export class WrongCredentialsError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("credentials", false, message, options);
  }
}
/** The password is right, but with two-factor authentication on Odoo takes only API keys from programs. */
export class TwoFactorError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("credentials", false, message, options);
  }
}
export class AccessError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("rights", false, message, options);
  }
}
export class AddonMissingError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("addon", false, message, options);
  }
}
export class AddonTooOldError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("addon", false, message, options);
  }
}
export class AddonTooNewError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("addon", false, message, options);
  }
}
/** The cursor lies in Odoo's future: its database was restored from a backup, or is another one. */
export class CursorAheadError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions) {
    super("addon", false, message, options);
  }
}
/** Odoo itself failed. `odoo_name` is its exception's name (`data.name`), `code` the addon's stable code if it gave one. */
export class OdooError extends VigilClientError {
  readonly odoo_name: string;
  readonly code: string | undefined;
  constructor(odooName: string, message: string, options?: ErrorOptions & { retryable?: boolean; code?: string }) {
    super("odoo", options?.retryable ?? false, message, options);
    this.odoo_name = odooName;
    this.code = options?.code;
  }
}
/** Something answered, but not what Odoo would say: a proxy's HTML page, a truncated body, too large an answer. */
export class BadAnswerError extends VigilClientError {
  constructor(message: string, options?: ErrorOptions & { retryable?: boolean }) {
    super("odoo", options?.retryable ?? true, message, options);
  }
}
