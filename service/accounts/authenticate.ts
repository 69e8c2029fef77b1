import { findApiKey } from "../store/accounts/api-keys.ts";
import { findSignedIn, touchSignIn } from "../store/accounts/sign-ins.ts";
import { type Accounts, idleSince } from "./context.ts";
import { CsrfMismatch, NotAllowed, NotSignedIn } from "./errors.ts";
import { meaningOf, readPermissions } from "./grant.ts";
import { noteRefusedKey, noteUsedKey } from "./key-use.ts";
import type { Principal } from "./principal.ts";
import type { RequestLike } from "./request.ts";
import { csrfOf, digestOf, sameText } from "./tokens.ts";

export const SESSION_COOKIE = "vigil_session";
export const DEVICE_COOKIE = "vigil_device";
/** the organisation chosen in the dashboard: a download is a plain link and carries no header */
export const ORGANISATION_COOKIE = "vigil_organisation";
/** how exactly "last seen" and "last used" are kept: a write a minute, not one a request */
const TOUCH_MS = 60_000;
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Who sends this request: a bearer's API key, else a cookie's sign-in; undefined for nobody. One statement. Throws
 * NotSignedIn (a key or cookie that is none, expired or revoked), CsrfMismatch, NotAllowed (another organisation).
 */
export async function authenticate(accounts: Accounts, request: RequestLike): Promise<Principal | undefined> {
  const authorization = one(request.headers.authorization);
  const wanted = one(request.headers["x-organisation-id"]);
  if (authorization !== undefined) return byKey(accounts, request, authorization, wanted);
  const token = request.cookies[SESSION_COOKIE];
  if (token === undefined || token === "") return undefined;
  return byCookie(accounts, request, token, wanted);
}

async function byCookie(
  accounts: Accounts,
  request: RequestLike,
  token: string,
  wanted: string | undefined,
): Promise<Principal | undefined> {
  const { database, clock } = accounts.store;
  const now = clock();
  const rows = await findSignedIn(database, digestOf(token), now, idleSince(now));
  const first = rows[0];
  if (first === undefined) throw new NotSignedIn("This sign-in has ended; sign in again.");
  if (!SAFE.has(request.method) && !sameText(one(request.headers["x-csrf-token"]) ?? "", csrfOf(token)))
    throw new CsrfMismatch();
  const chosen = request.cookies[ORGANISATION_COOKIE];
  const member =
    wanted === undefined
      ? (rows.find((row) => row.organisation_id === chosen) ?? first)
      : rows.find((row) => row.organisation_id === wanted);
  if (member?.organisation_id === undefined)
    throw new NotAllowed(
      wanted === undefined
        ? "You are a member of no organisation any more; ask an Owner to invite you."
        : "You are no member of the organisation that x-organisation-id names.",
    );
  if (now.getTime() - Date.parse(first.last_seen_at) > TOUCH_MS) await touchSignIn(database, first.id, now);
  const { role, permissions } = meaningOf(member);
  return {
    type: "person",
    id: first.person_id,
    name: first.name,
    email: first.email,
    organisation_id: member.organisation_id,
    role,
    permissions,
    sign_in_id: first.id,
  };
}

async function byKey(
  accounts: Accounts,
  request: RequestLike,
  authorization: string,
  wanted: string | undefined,
): Promise<Principal> {
  const { database, clock } = accounts.store;
  const now = clock();
  const [, token] = /^Bearer (vgl_[\w-]{20,100})$/i.exec(authorization) ?? [];
  const key = token === undefined ? undefined : await findApiKey(database, digestOf(token));
  if (key === undefined) throw new NotSignedIn("This is no API key of this Vigil: send Authorization: Bearer vgl_…");
  if (key.revoked_at !== undefined) {
    await noteRefusedKey(accounts, key, request, "revoked");
    throw new NotSignedIn(`The API key ${key.prefix}… was revoked.`);
  }
  if (key.expires_at !== undefined && Date.parse(key.expires_at) <= now.getTime()) {
    await noteRefusedKey(accounts, key, request, "expired");
    throw new NotSignedIn(`The API key ${key.prefix}… has expired.`);
  }
  if (wanted !== undefined && wanted !== key.organisation_id)
    throw new NotAllowed("This API key belongs to another organisation than x-organisation-id names.");
  if (key.last_used_at === undefined || now.getTime() - Date.parse(key.last_used_at) > TOUCH_MS)
    await noteUsedKey(accounts, key, request);
  // never more than who made it may do today: a demotion reaches the keys at once
  const creator = meaningOf({ role: key.creator_role, role_permissions: key.creator_role_permissions });
  const permissions = [...readPermissions(key.permissions)].filter((name) => creator.permissions.has(name));
  return {
    type: "api_key",
    id: key.id,
    name: key.name,
    organisation_id: key.organisation_id,
    permissions: new Set(permissions),
    created_by: key.created_by_name,
    created_by_id: key.created_by,
  };
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
