import type { Category, Severity } from "./event.ts";

export interface Kind {
  category: Category;
  severity: Severity;
  /** what happened, for people */
  about: string;
}

const kind = (category: Category, severity: Severity, about: string): Kind => ({ category, severity, about });

/**
 * Every kind of event that the addon tells beside changes of records (those are classed by model: `classifyChange`),
 * with what it says of it when it says nothing else. docs/events.md is printed from here.
 */
export const ODOO_KINDS: Record<string, Kind> = {
  "record.read": kind("data", "low", "records of a model that is watched were read"),
  "record.exported": kind("data", "low", "records were exported, printed or downloaded"),
  "operation.denied": kind("security", "medium", "somebody was refused: no right to it"),
  "operation.failed": kind("system", "low", "a request failed"),
  "session.login": kind("auth", "low", "a login: by password, TOTP, passkey, API key, OAuth or LDAP"),
  "session.login_failed": kind("auth", "medium", "a login that failed, with the login that was tried and the reason"),
  "session.logout": kind("auth", "low", "somebody logged out"),
  "session.expired": kind("auth", "low", "a session ended: without activity, at its longest life, or by Odoo"),
  "session.terminated": kind("auth", "medium", "a session was ended by somebody, who says why"),
  "session.blocked": kind("auth", "medium", "a request of an ended session or a blocked user was refused"),
  "session.policy_changed": kind("admin", "high", "the session policy was changed"),
  "user.blocked": kind("auth", "high", "a user was blocked"),
  "user.unblocked": kind("auth", "high", "a user was let in again"),
  "account.password_changed": kind("auth", "medium", "a password was changed"),
  "account.totp_enabled": kind("auth", "medium", "a second factor was turned on"),
  "account.totp_disabled": kind("auth", "high", "a second factor was turned off"),
  "account.passkey_added": kind("auth", "medium", "a passkey was added (18, 19)"),
  "account.passkey_removed": kind("auth", "medium", "a passkey was removed (18, 19)"),
  "api_key.created": kind("auth", "medium", "an API key was made"),
  "api_key.revoked": kind("auth", "medium", "an API key was removed"),
  "api_key.used": kind("auth", "low", "an API key was used; once an hour for each key and address"),
  "api_key.expiring": kind("auth", "high", "an API key expires soon"),
  "tracking.installed": kind("system", "low", "the addon was installed"),
  "tracking.uninstalled": kind("system", "critical", "the addon was uninstalled"),
  "tracking.rules_changed": kind("admin", "high", "what is captured was changed"),
  "tracking.adopted": kind("system", "high", "the database was accepted as restored or as a copy"),
  "tracking.moved": kind("system", "high", "the database runs in another place than before"),
  "tracking.gap": kind("system", "high", "a change could not be captured"),
  "tracking.triggers_missing": kind("system", "critical", "triggers of the capture are missing"),
  "tracking.capture_altered": kind("system", "critical", "a trigger of the capture was changed or switched off"),
  "tracking.capture_ended": kind("system", "high", "the table of a captured model is gone"),
  "tracking.limit_reached": kind("system", "high", "the outbox is full: the service was away for too long"),
  "tracking.limit_ended": kind("system", "low", "the outbox has room again"),
  "tracking.released": kind("security", "critical", "the outbox was emptied without the service's acknowledgement"),
  "tracking.restored": kind("system", "high", "a restored database was accepted: the chain goes on from there"),
  "tracking.erased": kind("security", "high", "a person's values were erased: which, by whom, why"),
};
