import { randomUUID } from "node:crypto";
import { stageAudit } from "../store/audit-rows.ts";
import type { Queryable } from "../store/database.ts";
import type { AuditEntry } from "./entry.ts";

/** A header can be as long as a server lets it: what is kept of one. */
const LONGEST = 512;

/**
 * Writes what happened into the service's own log, in the transaction of the thing itself: both are there or neither.
 * The sequencer chains it within a second.
 */
export async function writeAudit(tx: Queryable, entry: AuditEntry): Promise<void> {
  const { organisation_id, at = new Date(), ...rest } = entry;
  await stageAudit(tx, {
    id: randomUUID(),
    organisation_id,
    occurred_at: at.toISOString(),
    // a NUL is the one thing that JSON can say and PostgreSQL cannot hold
    entry: JSON.stringify(rest, (_, value) =>
      typeof value === "string"
        ? value
            .slice(0, 8 * LONGEST)
            .toWellFormed()
            .replaceAll("\0", "\u2400")
        : value,
    ),
  });
}

export const shorten = (text: string | undefined): string | undefined => text?.slice(0, LONGEST);
