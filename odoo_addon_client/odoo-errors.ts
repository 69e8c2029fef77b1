import {
  AccessError,
  AddonMissingError,
  AddonTooNewError,
  AddonTooOldError,
  CursorAheadError,
  OdooError,
  type VigilClientError,
  WrongCredentialsError,
  WrongDatabaseError,
} from "./errors.ts";

/** What every transport's refusal boils down to; `name` is Odoo's `data.name`, or a guess from an XML-RPC fault code. */
export interface Refusal {
  name: string;
  message: string;
}
export interface Place {
  url: string;
  database: string;
  login: string;
  /** only to keep it out of what Odoo says */
  secret?: string;
}

const RETRYABLE =
  /SerializationFailure|LockNotAvailable|DeadlockDetected|OperationalError|TransactionRollback|PoolError/;
const ADDON_CODE = /\bvigil\.([a-z_]+)/;
const CODE_IN_MODEL_NAME = new Set(["bridge", "absent"]);

/**
 * Turns what Odoo 17, 18 and 19 really answer (recorded in fixtures/transcripts) into one of our errors.
 * The debug traceback is never carried over: it shows paths, SQL and sometimes arguments.
 */
export function refusalToError(refusal: Refusal, place: Place): VigilClientError {
  const { name } = refusal;
  const message = refusal.message.trim();
  const code = [...message.matchAll(new RegExp(ADDON_CODE, "g"))].find((m) => !CODE_IN_MODEL_NAME.has(m[1]!))?.[1];
  if (/database "[^"]*" does not exist/.test(message)) {
    return new WrongDatabaseError(
      `There is no database "${place.database}" at ${place.url}: check the name with --db.`,
    );
  }
  if (/(Object|the model '?)\s*'?vigil\.[a-z.]+'?\s*(doesn't|does not) exist/.test(message)) return addonMissing(place);
  if (/The method '[^']*' does not exist/.test(message)) {
    return new AddonTooOldError(
      `The Vigil addon in "${place.database}" is too old for this service: upgrade the module "vigil" in Odoo.`,
    );
  }
  if (code === "cursor_ahead") {
    return new CursorAheadError(
      `Odoo's database "${place.database}" is older than what was already read from it (restored from a backup?): run "vigil instance accept NAME --as restored|copy".`,
    );
  }
  if (code === "protocol_too_new" || code === "client_too_old") return tooNew(place);
  if (code === "protocol_too_old")
    return new AddonTooOldError(
      `The Vigil addon in "${place.database}" is too old for this service: upgrade the module "vigil" in Odoo.`,
    );
  if (name.endsWith(".AccessDenied") || name.endsWith(".Unauthorized")) return wrongCredentials(place);
  if (name.endsWith(".AccessError") || name.endsWith(".Forbidden")) {
    return new AccessError(
      `The user "${place.login}" may not read Vigil's events in "${place.database}": add the user to the group Vigil / Bridge in Odoo.`,
    );
  }
  const text = shorten(withoutSecret(sentence(message), place.secret));
  return new OdooError(name, `Odoo answered "${text}" (${name}): look into Odoo's log.`, {
    retryable: RETRYABLE.test(name),
    code: code === undefined ? undefined : `vigil.${code}`,
  });
}

export function addonMissing(place: Place): AddonMissingError {
  return new AddonMissingError(
    `The Vigil addon is not installed in "${place.database}" at ${place.url}: install the module "vigil" there.`,
  );
}
export function tooNew(place: Place): AddonTooNewError {
  return new AddonTooNewError(
    `The Vigil addon in "${place.database}" is newer than this service: upgrade the service.`,
  );
}
export function wrongCredentials(place: Place): WrongCredentialsError {
  return new WrongCredentialsError(
    `Odoo refused the login "${place.login}" for "${place.database}": give a valid API key (Odoo: Preferences, Account Security, New API Key).`,
  );
}

/** A person's message begins with what matters, a traceback ends with it. */
function sentence(message: string): string {
  return message.startsWith("Traceback") ? lastLine(message) : message.split("\n", 1)[0]!;
}
function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined || secret === "" ? text : text.replaceAll(secret, "…");
}

/** An XML-RPC fault 1 carries a whole traceback; its last line names the exception. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
