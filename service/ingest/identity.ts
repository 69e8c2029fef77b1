import type { Identity } from "../../odoo_addon_client/protocol.ts";
import type { IngestState } from "../store/ingest-rows.ts";

/** The database that answers is not the one we know; a person has to say what it is. Nothing was stored. */
export class QuarantinedError extends Error {
  override name = "QuarantinedError";
  constructor(name: string, reason: string) {
    super(
      `Instance "${name}" is quarantined: ${reason}. Say what it is: vigil instance accept ${name} --as restored|copy`,
    );
  }
}

/** Why these are not the same database, as a part of a sentence; undefined when they are. */
export function mismatch(known: IngestState, seen: Identity): string | undefined {
  const { identity } = known;
  if (identity === undefined) return undefined; // first contact: trusted, and pinned
  if (seen.neutralized && !identity.neutralized) return "its database was neutralized, so it is a copy for testing";
  if (seen.database_uuid !== identity.database_uuid) return "another database answers (its database.uuid differs)";
  if (seen.system_identifier !== identity.system_identifier)
    return "its database lies in another PostgreSQL cluster than before";
  if (seen.database_oid !== identity.database_oid)
    return "its database was made anew in the same cluster: a restore or a copy";
  if (seen.nonce !== known.nonce && seen.nonce !== known.nonce_pending) {
    return "its mark is not the one we left there: an older state was restored, or another service pulls it";
  }
  return undefined;
}
