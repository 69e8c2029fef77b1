import { planSync, readSync } from "../store/session-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { SessionEndRequest, SessionsClient } from "./client.ts";
import { SessionError } from "./errors.ts";
import { type Clients, findByNameOrId, withClient } from "./instance.ts";
import { listSessions } from "./list.ts";

/** Which sessions: exactly one of the three. */
export interface EndRequest {
  instance: string;
  /** the session's digest, or enough of its beginning to be the only one */
  session?: string | undefined;
  user?: string | undefined;
  all?: boolean | undefined;
  reason: string;
  /** who ends it: stands in Odoo's event and is shown to the person; the own log is the caller's to write */
  actor: string;
}

const SHORTEST_PREFIX = 6;

/**
 * Ends sessions in Odoo: refused at their very next request there. Answers how many ended. Throws SessionError for a
 * wrong request, VigilClientError when Odoo cannot be reached: then nothing has ended.
 */
export async function endSessions(
  store: Store,
  clients: Clients,
  request: EndRequest,
): Promise<{ instance: string; ended: number }> {
  const chosen = [request.session, request.user, request.all || undefined].filter((one) => one !== undefined);
  if (chosen.length !== 1) throw new SessionError("Say which sessions: one of a session, a user, or all of them.");
  const reason = checkReason(request.reason);
  const instance = await findByNameOrId(store, request.instance);
  const wire: SessionEndRequest = {
    ...(request.session === undefined ? {} : { session: await wholeDigest(store, instance, request.session) }),
    ...(request.user === undefined ? {} : { login: request.user }),
    ...(request.all ? { all: true as const } : {}),
    reason,
    by: request.actor,
  };
  const { ended } = await withClient(store, clients, instance, (client: SessionsClient) => client.sessionEnd(wire));
  await hurry(store, instance);
  return { instance: instance.name, ended };
}

/** Blocks a user's logins until unblocked, and ends what is open; or unblocks. Idempotent. */
export async function blockUser(
  store: Store,
  clients: Clients,
  request: { instance: string; user: string; blocked: boolean; reason: string; actor: string },
): Promise<{ instance: string; login: string; blocked: boolean }> {
  const reason = checkReason(request.reason);
  const instance = await findByNameOrId(store, request.instance);
  const { user: login, blocked, actor: by } = request;
  const answer = await withClient(store, clients, instance, (client: SessionsClient) =>
    client.userBlock({ login, blocked, reason, by }),
  );
  await hurry(store, instance);
  return { instance: instance.name, login: answer.login, blocked: answer.blocked };
}

/** The next round is due now, so that the list soon shows what was done. */
async function hurry(store: Store, instance: Instance): Promise<void> {
  if ((await readSync(store.database, instance.id)) !== undefined) await planSync(store, instance.id, store.clock());
}

function checkReason(reason: string): string {
  const text = reason.trim();
  if (text === "") throw new SessionError("Give a reason: it stands in the evidence and is shown to the person.");
  return text.slice(0, 500);
}

async function wholeDigest(store: Store, instance: Instance, given: string): Promise<string> {
  const digest = given.toLowerCase();
  if (!/^[0-9a-f]{1,64}$/.test(digest)) {
    throw new SessionError(`"${given.slice(0, 70)}" is no session: \`vigil sessions list\` shows them.`);
  }
  if (digest.length === 64) return digest;
  if (digest.length < SHORTEST_PREFIX) {
    throw new SessionError(`Give at least ${SHORTEST_PREFIX} signs of the session, or all of them.`);
  }
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSessions(store, { instance: instance.id, live: true, limit: 500, cursor });
    found.push(...page.items.map((item) => item.session).filter((session) => session.startsWith(digest)));
    cursor = page.next_cursor;
  } while (cursor !== undefined && found.length < 2);
  if (found.length === 1) return found[0]!;
  throw new SessionError(
    found.length === 0
      ? `No live session of ${instance.name} begins with ${digest}: see \`vigil sessions list --live\`.`
      : `Several sessions begin with ${digest}: give more of it.`,
  );
}
