import { randomUUID } from "node:crypto";
import { insertSignIn } from "../store/accounts/sign-ins.ts";
import { isKnownDevice, rememberDevice } from "../store/accounts/throttle.ts";
import type { Queryable } from "../store/database.ts";
import { noteSignIn } from "./audit.ts";
import { type Accounts, SIGN_IN_MS, type Visit } from "./context.ts";
import { digestOf, newToken } from "./tokens.ts";

/** For the browser, and nowhere else: the store has digests. */
export interface SignedIn {
  token: string;
  device: string;
  expires_at: Date;
  person_id: string;
}

/** Begins a sign-in, in the transaction of what proved it. A browser gets a new token each time, its device stays. */
export async function startSignIn(
  accounts: Accounts,
  tx: Queryable,
  person: { id: string; email: string; name: string; organisations: string[] },
  visit: Visit,
  method: string,
): Promise<SignedIn> {
  const now = accounts.store.clock();
  const token = newToken();
  // a cookie that a stranger planted must not become known: only one that this person was given is kept
  const given = visit.device;
  const known = given !== undefined && (await isKnownDevice(tx, person.id, digestOf(given)));
  const device = known ? given : newToken();
  const expires_at = new Date(now.getTime() + SIGN_IN_MS);
  const id = randomUUID();
  await insertSignIn(tx, {
    id,
    person_id: person.id,
    token_digest: digestOf(token),
    method,
    ip: visit.ip,
    user_agent: visit.user_agent?.slice(0, 512),
    at: now,
    expires_at,
  });
  await rememberDevice(tx, person.id, digestOf(device), now);
  await noteSignIn(accounts, tx, { ...person, sign_in_id: id }, visit, { action: "auth.login", method });
  return { token, device, expires_at, person_id: person.id };
}
