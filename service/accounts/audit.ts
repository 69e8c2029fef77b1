import { type AuditEntry, writeAudit } from "../audit/index.ts";
import type { Queryable } from "../store/database.ts";
import type { Accounts, Visit } from "./context.ts";
import type { Principal } from "./principal.ts";

type Rest = Omit<AuditEntry, "actor" | "organisation_id" | "ip" | "user_agent" | "at" | "request_id">;

/** An entry of the log about what a principal does here. */
export async function note(
  accounts: Accounts,
  tx: Queryable,
  principal: Principal,
  visit: Visit,
  entry: Rest,
): Promise<void> {
  await writeAudit(tx, {
    ...entry,
    actor: principal,
    organisation_id: principal.organisation_id,
    ip: visit.ip,
    user_agent: visit.user_agent,
    request_id: visit.request_id,
    at: accounts.store.clock(),
  });
}

/**
 * An entry about a person's own sign-in. It belongs to every organisation they are a member of, and to the first one
 * of the store where there is none: a stranger who tries.
 */
export async function noteSignIn(
  accounts: Accounts,
  tx: Queryable,
  who: {
    id?: string | undefined;
    name?: string | undefined;
    email: string;
    organisations: string[];
    sign_in_id?: string;
  },
  visit: Visit,
  entry: Rest,
): Promise<void> {
  const organisations = who.organisations.length > 0 ? who.organisations : [accounts.store.organisationId];
  for (const organisation_id of organisations) {
    await writeAudit(tx, {
      resource_type: "person",
      resource_id: who.id,
      resource_name: who.email,
      ...entry,
      actor: {
        type: "person",
        id: who.id ?? "unknown",
        name: who.name ?? who.email,
        email: who.email,
        ...(who.sign_in_id === undefined ? {} : { sign_in_id: who.sign_in_id }),
      },
      organisation_id,
      ip: visit.ip,
      user_agent: visit.user_agent,
      request_id: visit.request_id,
      at: accounts.store.clock(),
    });
  }
}
