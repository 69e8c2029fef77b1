import { VigilClientError } from "../../odoo_addon_client/index.ts";
import { NotAVigilWorkbookError, ReportFailedError, ReportRequestError } from "../../reports/errors.ts";
import { AccountError } from "../accounts/errors.ts";
import { ChainBroken } from "../chain/check.ts";
import { NoAnswer } from "../control/listen.ts";
import { QuarantinedError } from "../ingest/identity.ts";
import { KeyError } from "../keys/secret.ts";
import { GeoFileError } from "../places/index.ts";
import { SettingsError } from "../settings/read.ts";
import { StoreError, StoreQueryError } from "../store/errors.ts";
import { CommandFailure, EXIT, type Exit } from "./failure.ts";
import { NobodyToAsk } from "./terminal.ts";

/**
 * An error as an exit status and one sentence that says what to do. Errors of ours carry such a sentence already;
 * those of the system are put into words here; what is left is a fault of Vigil, and its message may hold anything,
 * so only its kind is told (VIGIL_DEBUG=1 shows all).
 */
export function explain(error: unknown): { exit: Exit; sentence: string } {
  if (error instanceof CommandFailure) return { exit: error.exit, sentence: error.message };
  if (
    error instanceof KeyError ||
    error instanceof SettingsError ||
    error instanceof NobodyToAsk ||
    error instanceof GeoFileError ||
    error instanceof NoAnswer
  ) {
    return { exit: EXIT.usage, sentence: error.message };
  }
  if (error instanceof ReportRequestError) return { exit: EXIT.usage, sentence: error.message };
  if (error instanceof ReportFailedError || error instanceof NotAVigilWorkbookError)
    return { exit: EXIT.no, sentence: error.message };
  if (error instanceof VigilClientError) return { exit: clientExit(error), sentence: error.message };
  if (error instanceof AccountError) return { exit: EXIT.no, sentence: error.message };
  if (error instanceof ChainBroken) {
    const sentence = `The store does not hold what was put into it: ${error.message}. Nothing further is signed; \`vigil verify\` shows the whole picture.`;
    return { exit: EXIT.no, sentence };
  }
  const code = codeOf(error);
  const known = code === undefined ? undefined : SYSTEM[code];
  if (
    error instanceof QuarantinedError ||
    (error instanceof StoreError && !(known && error instanceof StoreQueryError))
  )
    return { exit: EXIT.no, sentence: error.message };
  if (known) return known;
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    exit: EXIT.no,
    sentence: `Something went wrong inside Vigil (${code ?? kind}); run it again with VIGIL_DEBUG=1 and report what it shows.`,
  };
}

/** Reached and answered "no" is 1; not reached, or not by anything that is Odoo, is 3. */
function clientExit(error: VigilClientError): Exit {
  const reached = ["database", "credentials", "rights", "addon"].includes(error.blame);
  return reached ? EXIT.no : EXIT.unreachable;
}

const database = (what: string) => ({
  exit: EXIT.unreachable,
  sentence: `PostgreSQL ${what}; check DATABASE_URL and that the server runs.`,
});
const SYSTEM: Record<string, { exit: Exit; sentence: string }> = {
  ECONNREFUSED: database("cannot be reached (connection refused)"),
  ENOTFOUND: database("cannot be reached (no such host)"),
  EAI_AGAIN: database("cannot be reached (the host's name is not known now)"),
  ETIMEDOUT: database("cannot be reached (no answer)"),
  ECONNRESET: database("broke the connection off"),
  "28P01": database("refuses the password"),
  "28000": database("refuses the login"),
  "3D000": database("has no such database"),
  "57P01": database("is shutting down"),
  "57P03": database("is starting up"),
  "42501": {
    exit: EXIT.no,
    sentence: "The database role may not do this; set VIGIL_OWNER_DATABASE_URL to the role that owns Vigil's tables.",
  },
  "53100": {
    exit: EXIT.no,
    sentence: "The database's disk is full; make room, then repeat the command (nothing was lost).",
  },
  ENOSPC: { exit: EXIT.no, sentence: "The disk is full; make room, then repeat the command (nothing was lost)." },
  EACCES: { exit: EXIT.no, sentence: "A file may not be opened; run this as the user who owns VIGIL_DATA_DIR." },
  EROFS: { exit: EXIT.no, sentence: "The disk is read-only; set VIGIL_DATA_DIR to a folder that can be written." },
  EADDRINUSE: {
    exit: EXIT.unreachable,
    sentence: "The port is taken by another program; set VIGIL_PORT to a free one.",
  },
  EADDRNOTAVAIL: {
    exit: EXIT.usage,
    sentence: "VIGIL_HOST is no address of this machine; set it to one that is, such as 127.0.0.1.",
  },
};

function codeOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
    if (current instanceof AggregateError && current.errors.length) return codeOf(current.errors[0]);
  }
  return undefined;
}
