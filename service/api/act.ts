import { type AuditEntry, auditedStore, writeAudit } from "../audit/index.ts";
import type { Store } from "../store/types.ts";
import type { Context } from "./route.ts";

type Entry = Omit<AuditEntry, "actor" | "organisation_id" | "ip" | "user_agent" | "request_id" | "at">;

/** An entry of the own audit log about what this request does. */
export function entryOf({ principal, request, store }: Context, entry: Entry): AuditEntry {
  return {
    ...entry,
    actor: principal,
    organisation_id: principal.organisation_id,
    ip: request.ip,
    user_agent: request.headers["user-agent"],
    request_id: request.id,
    at: store.clock(),
  };
}

/**
 * Does something and writes it into the own log, in the transaction of its first change; where it changes nothing here
 * (it asked an Odoo), right after it. What fails is written too, with the reason.
 */
export async function act<T>(context: Context, entry: Entry, work: (store: Store) => Promise<T>): Promise<T> {
  const audited = auditedStore(context.store, entryOf(context, entry));
  try {
    const result = await work(audited.store);
    if (!audited.written()) await noteAct(context, entry);
    return result;
  } catch (error) {
    if (!audited.written()) await noteAct(context, { ...entry, success: false, reason: (error as Error).name });
    throw error;
  }
}

export async function noteAct(context: Context, entry: Entry): Promise<void> {
  await context.store.database.transaction((tx) => writeAudit(tx, entryOf(context, entry)));
}
