import { type Action, writeAudit } from "../audit/index.ts";
import { type ApiKeyFound, touchApiKey } from "../store/accounts/api-keys.ts";
import { blockUntil, countAttempt } from "../store/accounts/throttle.ts";
import type { Queryable } from "../store/database.ts";
import type { Accounts } from "./context.ts";
import type { RequestLike } from "./request.ts";

/* C4, for API keys: a key does not sign in, so its use is an entry when it begins, and when it is refused. */

/** Quiet for so long, or from another address than before: a use that begins. */
const PAUSE_MS = 3_600_000;

/** Called once a minute of use at most: keeps when and from where, and writes into the log that a use begins. */
export async function noteUsedKey(accounts: Accounts, key: ApiKeyFound, request: RequestLike): Promise<void> {
  const { database, clock } = accounts.store;
  const now = clock();
  const paused = key.last_used_at === undefined || now.getTime() - Date.parse(key.last_used_at) > PAUSE_MS;
  await database.transaction(async (tx) => {
    await touchApiKey(tx, key.id, now, request.ip);
    if (paused || key.last_used_ip !== request.ip) await note(accounts, tx, key, request, "auth.login", undefined);
  });
}

/** Once an hour a key: who has an old key asks again and again. */
export async function noteRefusedKey(
  accounts: Accounts,
  key: ApiKeyFound,
  request: RequestLike,
  reason: "revoked" | "expired",
): Promise<void> {
  const { database, clock } = accounts.store;
  const now = clock();
  await database.transaction(async (tx) => {
    const counter = `key/${key.id}`;
    if ((await countAttempt(tx, counter, now)) === undefined) return;
    await blockUntil(tx, counter, new Date(now.getTime() + PAUSE_MS));
    await note(accounts, tx, key, request, "auth.login_failed", reason);
  });
}

async function note(
  accounts: Accounts,
  tx: Queryable,
  key: ApiKeyFound,
  request: RequestLike,
  action: Action,
  reason: string | undefined,
): Promise<void> {
  const agent = request.headers["user-agent"];
  await writeAudit(tx, {
    action,
    actor: { type: "api_key", id: key.id, name: key.name, created_by: key.created_by_name },
    organisation_id: key.organisation_id,
    resource_type: "api_key",
    resource_id: key.id,
    resource_name: key.name,
    success: reason === undefined,
    reason,
    method: "api_key",
    ip: request.ip,
    user_agent: Array.isArray(agent) ? agent[0] : agent,
    at: accounts.store.clock(),
  });
}
