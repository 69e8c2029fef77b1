import type { Category, Severity } from "../../odoo_addon_client/event.ts";

/*
 * THE list of what the service's own audit log can say, under the seed's spelling where the seed names it (seeds/001: six
 * groups). Event types whose things do not exist here yet (servers, deployments, databases, webhooks) come with them.
 * docs/events.md is printed from here (`node service/audit/document.ts --write`).
 */

/** The seed's groups, deployments to come, and what the rules of suspicion find. */
export const GROUPS = {
  authentication: "Authentication",
  organisation: "Organisation",
  infrastructure: "Infrastructure",
  data: "Data management",
  access: "Access control",
  findings: "Findings",
} as const;

interface ActionRow {
  group: keyof typeof GROUPS;
  category: Category;
  severity: Severity;
  /** what happened, for people */
  about: string;
}

const row =
  (severity: Severity) =>
  (group: keyof typeof GROUPS, category: Category, about: string): ActionRow => ({ group, category, severity, about });
const low = row("low");
const medium = row("medium");
const high = row("high");
const critical = row("critical");

export const ACTIONS = {
  "auth.login": low("authentication", "auth", "a person or an API key signed in; the method says how"),
  "auth.logout": low("authentication", "auth", "a person signed out"),
  "auth.login_failed": medium(
    "authentication",
    "auth",
    "a sign-in that failed, with the reason; an API key that was revoked or has expired",
  ),
  "auth.totp_enabled": low("authentication", "auth", "a second factor was turned on"),
  "auth.totp_disabled": high("authentication", "auth", "a second factor was turned off"),
  "auth.passkey_registered": low("authentication", "auth", "a passkey was added"),
  "auth.passkey_removed": medium("authentication", "auth", "a passkey was removed"),
  "auth.password_changed": medium("authentication", "auth", "a password was changed; other sign-ins ended"),
  "auth.password_reset": medium("authentication", "auth", "a new password was asked for, or a link for one was made"),
  "auth.session_ended": low("authentication", "auth", "a person ended another sign-in of theirs"),
  "auth.recovery_code_used": high("authentication", "auth", "a recovery code took the place of the second factor"),
  "auth.setup_link_made": high("authentication", "auth", "the command line made a link for an Owner; shown to Owners"),
  "org.created": high("organisation", "admin", "an organisation was made"),
  "org.updated": medium("organisation", "admin", "an organisation was renamed"),
  "org.settings_updated": medium(
    "organisation",
    "admin",
    "settings of an organisation were changed: how long it keeps evidence, its log, its reports' look",
  ),
  "org.ownership_transferred": high("organisation", "admin", "an Owner handed the organisation over to another member"),
  "member.invited": medium("organisation", "security", "somebody was invited"),
  "member.joined": medium("organisation", "security", "somebody accepted an invitation or the set-up link"),
  "member.role_changed": high("organisation", "security", "a member got another role"),
  "member.removed": high("organisation", "security", "a member was removed; their API keys with them"),
  "instance.created": medium("infrastructure", "admin", "an Odoo was connected"),
  "instance.deleted": high("infrastructure", "admin", "an Odoo was disconnected; its evidence stays"),
  "instance.settings_updated": medium("infrastructure", "admin", "an Odoo's address or key was changed"),
  "instance.accepted": high("infrastructure", "admin", "a database was said to be restored, or a copy"),
  "instance.pulled": low("infrastructure", "system", "evidence was pulled by hand"),
  "instance.verified": low("infrastructure", "system", "a chain was verified by hand"),
  "backup.created": low("data", "system", "the store was copied"),
  "backup.restored": high("data", "system", "the store was restored from a copy"),
  "retention.purged": medium("data", "system", "what was older than its policy was deleted"),
  "hold.added": medium("data", "admin", "a legal hold: nothing is deleted"),
  "hold.released": high("data", "admin", "a legal hold ended"),
  "audit_log.exported": medium("data", "security", "this log was taken away as a file"),
  "trail.exported": medium("data", "security", "evidence of an Odoo was taken away as a file"),
  "report.created": low("data", "admin", "a report was made"),
  "report.downloaded": medium("data", "security", "a report was downloaded"),
  "report.deleted": medium("data", "admin", "a report was deleted"),
  "report_schedule.created": low("data", "admin", "a schedule of reports was made"),
  "report_schedule.updated": low("data", "admin", "a schedule of reports was changed"),
  "report_schedule.deleted": low("data", "admin", "a schedule of reports was deleted"),
  "role.created": medium("access", "security", "a role was made"),
  "role.updated": high("access", "security", "a role was changed"),
  "role.deleted": medium("access", "security", "a role was deleted"),
  "api_key.created": medium("access", "security", "an API key was made"),
  "api_key.revoked": medium("access", "security", "an API key was revoked"),
  "key.rotated": high("access", "security", "the service's key in an Odoo, or the secret of its store, was changed"),
  "session.ended": medium("access", "security", "sessions in an Odoo were ended from here"),
  "session.user_blocked": high("access", "security", "a user of an Odoo was blocked from here"),
  "session.user_unblocked": medium("access", "security", "a user of an Odoo was let in again"),
  "policy.updated": high("access", "security", "a session policy or an instance's retention was changed"),
  "finding_rule.updated": high("access", "security", "thresholds of a rule of suspicion were changed"),
  // each is a rule of service/findings: severity and words are the rule's (a test compares)
  "security.brute_force_succeeded": critical("findings", "security", "a login that worked after many that failed"),
  "security.brute_force_address": high("findings", "security", "many failed logins from one address"),
  "security.brute_force_user": high("findings", "security", "many failed logins on one account, from wherever"),
  "security.password_spraying": high("findings", "security", "one address tries many accounts"),
  "security.impossible_travel": high(
    "findings",
    "security",
    "two logins of one user in places that nobody gets between in that time",
  ),
  "security.privileged_new_place": high(
    "findings",
    "security",
    "a privileged user (one who changed rights or settings lately, or is named) from a new country or network",
  ),
  "security.new_country": medium(
    "findings",
    "security",
    "a login from a country that this user has not come from before",
  ),
  "security.new_device": low(
    "findings",
    "security",
    "a login with a browser, system and kind of device that this user has not used before",
  ),
  "security.dormant_user": medium("findings", "security", "a login of a user who was away for long"),
  "security.unusual_hour": low(
    "findings",
    "security",
    "a login at an hour (with its neighbours) at which this user hardly ever logs in",
  ),
  "security.privileged_change": medium(
    "findings",
    "security",
    "users, groups, rights, rules, settings, modules or automations were changed (once for each transaction and area)",
  ),
  "security.denied_burst": medium("findings", "security", "one user or address is refused again and again"),
  "security.read_volume": medium("findings", "security", "one user read many more records within an hour than usual"),
  "security.export_volume": medium(
    "findings",
    "security",
    "one user exported many more records within an hour than usual",
  ),
} as const satisfies Record<string, ActionRow>;

export type Action = keyof typeof ACTIONS;
