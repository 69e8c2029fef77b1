import type { JsonObject } from "./json.ts";

/**
 * Sessions on the wire: additive to protocol 1, since addon 0.2.0 (an older one answers with AddonTooOldError).
 *
 * Terms
 *   session        sha256 hex of the first 42 characters of Odoo's session id; the id itself never leaves Odoo
 *   last request   anything the browser sent, polling too
 *   last activity  what a person did: presence told by the browser once a minute, or a request that a person causes
 *   precision      60 s: presence is told once a minute, so durations are right to that
 */

export type LoginMethod = "password" | "totp" | "passkey" | "api_key" | "oauth" | "ldap" | "unknown";
export type LoginInterface = "web" | "jsonrpc" | "xmlrpc" | "json2";
export type EndReason =
  | "logout"
  | "inactivity"
  | "absolute"
  | "odoo"
  | "terminated"
  | "replaced"
  | "blocked"
  | "not_allowed";

/** One row of `sessions`: as it is now; ended sessions stay for `keep_days`. Absent keys are absent. */
export interface WireSession {
  session: string;
  user: { id: number; login: string; name: string };
  method: LoginMethod;
  interface: LoginInterface;
  started_at: string;
  last_request_at: string;
  last_activity_at: string;
  active_s: number;
  idle_s: number;
  ip?: string;
  user_agent?: string;
  ended_at?: string;
  end_reason?: EndReason;
  ended_by?: Actor;
}
/** Who acted: a user of Odoo, or somebody the service vouches for. */
export type Actor = { id: number; login: string; name: string } | { service: string };

/** `sessions({since?, limit?})`: those that changed after the opaque cursor, oldest change first; one query. */
export interface SessionsRequest {
  since?: string;
  limit?: number; // default 1,000, at most 10,000
}
export interface SessionsPage {
  server_time: string;
  cursor: string;
  sessions: WireSession[];
  more: boolean;
}

/** `session_end`: exactly one of `session`, `login`, `all`. Held at the very next request in every worker. */
export interface SessionEndRequest {
  session?: string;
  login?: string;
  all?: true;
  reason: string;
  by: string; // the service's actor, as shown to the person and kept in the event
}
/** `user_block`: a blocked user's sessions end, and no login or key of theirs is taken until unblocked. */
export interface UserBlockRequest {
  login: string;
  blocked: boolean;
  reason: string;
  by: string;
}

/** What an instance enforces. Every key may be left out: then nothing is enforced by it. */
export interface SessionPolicy {
  inactivity_minutes?: number | null;
  by_group?: { group: string; minutes: number }[]; // group: xmlid; the strictest of a user's groups holds
  by_user?: { login: string; minutes: number | null }[]; // before groups; null: never
  warning_seconds?: number; // before an inactivity logout, default 60
  max_sessions?: number | null;
  max_sessions_mode?: "newest_wins" | "oldest_stays";
  absolute_hours?: number | null;
  allowed_hours?: AllowedHours[]; // empty: always
  allowed_networks?: string[]; // CIDR; empty: from everywhere
  exempt?: string[]; // logins that no rule of this policy concerns (a block still does)
  notices?: { expired?: boolean; new_location?: boolean };
}
export interface AllowedHours {
  days: number[]; // 1 Monday … 7 Sunday
  from: string; // "08:00"
  to: string; // "18:00"; before `from`: until the next morning
  tz: string; // "Europe/Berlin"
}
/** `policy_get({})` and `policy_set({policy, reason, by})`; the version grows with every change. */
export interface PolicyState {
  policy: SessionPolicy;
  version: number;
  changed_at?: string;
  changed_by?: Actor;
}
export interface PolicySetRequest {
  policy: SessionPolicy;
  reason: string;
  by: string;
}

/** `notify`: a message in the inbox of Odoo's user. */
export interface NotifyRequest {
  login: string;
  kind: string; // "session.expired", "security.new_device", …
  subject: string;
  body: string; // plain text
}

/** `key_rotate({})`: a new key for the calling user beside the old one, which `key_revoke` takes away afterwards. */
export interface NewKey {
  key: string;
  key_id: number;
  expires_at?: string;
}
/** `key_status({})`: of the key that this call was made with (absent: a password). */
export interface KeyStatus {
  key_id?: number;
  expires_at?: string;
  rotatable: boolean;
  reason?: string; // why it is not
}

/** `details` of the events. */
export interface LoginDetails extends JsonObject {
  method: LoginMethod;
  session: string;
  interface: LoginInterface;
  known_device: boolean;
}
export interface LoginFailedDetails extends JsonObject {
  login_tried: string;
  reason:
    | "wrong_password"
    | "unknown_login"
    | "wrong_totp"
    | "blocked"
    | "not_allowed_hours"
    | "not_allowed_network"
    | "too_many_sessions"
    | "rate_limited"
    | "other";
  interface: LoginInterface;
}
/** Of `session.logout`, `.expired` (with `reason`), `.terminated` (with `reason` and `by`). */
export interface SessionEndDetails extends JsonObject {
  session: string;
  started_at: string;
  ended_at: string;
  last_activity_at: string;
  duration_s: number;
  active_s: number;
  idle_s: number;
  precision_s: number; // 60
}
