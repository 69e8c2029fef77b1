import type { SightingRow } from "../store/finding-rows.ts";

/*
 * Signing in to Vigil itself, in the words of signing in to an Odoo: so the same rules look at both (C5). Entries of the
 * own log have the person in their details, and reasons of their own.
 */

export const OWN_KINDS: Record<string, string> = {
  "auth.login": "session.login",
  "auth.login_failed": "session.login_failed",
};

const REASONS: Record<string, string> = {
  unknown_account: "unknown_login",
  unknown_passkey: "unknown_login",
  wrong_passkey: "wrong_password",
  replayed_totp: "wrong_totp",
  locked: "rate_limited",
};

/** The row as if an Odoo had told it; others unchanged. */
export function asOdoos(row: SightingRow): SightingRow {
  const kind = OWN_KINDS[row.kind];
  if (kind === undefined) return row;
  const { actor, reason } = JSON.parse(row.details ?? "{}") as { actor?: { email?: string }; reason?: string };
  const login = actor?.email ?? null;
  if (kind === "session.login") return { ...row, kind, user_id: 0, user_login: login, details: '{"interface":"web"}' };
  const details = { login_tried: login, reason: REASONS[reason ?? ""] ?? reason, interface: "web" };
  return { ...row, kind, details: JSON.stringify(details) };
}
