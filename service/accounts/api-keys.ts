import { randomUUID } from "node:crypto";
import { type ApiKeyRow, insertApiKey, listApiKeyRows, revokeApiKeyRow } from "../store/accounts/api-keys.ts";
import { note } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { AccountError, NoSuchThing, NotAllowed } from "./errors.ts";
import { readPermissions } from "./grant.ts";
import type { Permission } from "./permissions.ts";
import type { Principal } from "./principal.ts";
import { mustHave } from "./roles.ts";
import { digestOf, newToken } from "./tokens.ts";

export interface ApiKeyShown {
  id: string;
  name: string;
  prefix: string;
  permissions: Permission[];
  created_at: string;
  created_by: { id: string; name: string };
  expires_at?: string;
  last_used_at?: string;
  last_used_ip?: string;
  revoked_at?: string;
}

const shown = ({ organisation_id: _, created_by, created_by_name, permissions, ...row }: ApiKeyRow): ApiKeyShown => ({
  ...row,
  permissions: [...readPermissions(permissions)],
  created_by: { id: created_by, name: created_by_name },
});

/** Revoked ones included: the log speaks of them. */
export async function listApiKeys(accounts: Accounts, principal: Principal): Promise<ApiKeyShown[]> {
  return (await listApiKeyRows(accounts.store.database, principal.organisation_id)).map(shown);
}

/** The key is answered this once; what is kept is its digest. Throws NotAllowed for more than one's own permissions. */
export async function createApiKey(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { name: string; permissions: Permission[]; expires_at?: string | undefined },
): Promise<{ api_key: ApiKeyShown; key: string }> {
  mustHave(principal, given.permissions, "This key");
  const created_by = principal.type === "person" ? principal.id : principal.created_by_id;
  if (created_by === undefined) throw new NotAllowed("An API key belongs to a person; sign in to make one.");
  const { store } = accounts;
  const at = store.clock();
  if (given.expires_at !== undefined && !(Date.parse(given.expires_at) > at.getTime()))
    throw new AccountError("expires_at must be a time in the future.");
  const key = `vgl_${newToken()}`;
  const id = randomUUID();
  const row = {
    id,
    organisation_id: principal.organisation_id,
    name: given.name.trim(),
    digest: digestOf(key),
    prefix: key.slice(0, 10),
    permissions: [...new Set(given.permissions)],
    created_by,
    at,
    expires_at: given.expires_at === undefined ? undefined : new Date(given.expires_at).toISOString(),
  };
  await store.database.transaction(async (tx) => {
    await insertApiKey(tx, row);
    await note(accounts, tx, principal, visit, {
      action: "api_key.created",
      resource_type: "api_key",
      resource_id: id,
      resource_name: row.name,
      details: { prefix: row.prefix, permissions: row.permissions, expires_at: row.expires_at ?? null },
    });
  });
  const stored = (await listApiKeyRows(store.database, principal.organisation_id)).find((other) => other.id === id)!;
  return { api_key: shown(stored), key };
}

/** Refused from its very next request on. Throws NoSuchThing. */
export async function revokeApiKey(accounts: Accounts, principal: Principal, visit: Visit, id: string): Promise<void> {
  await accounts.store.database.transaction(async (tx) => {
    const revoked = await revokeApiKeyRow(tx, principal.organisation_id, id, accounts.store.clock());
    if (revoked === undefined) throw new NoSuchThing("There is no such API key here, or it is revoked already.");
    await note(accounts, tx, principal, visit, {
      action: "api_key.revoked",
      resource_type: "api_key",
      resource_id: id,
      resource_name: revoked.name,
    });
  });
}
