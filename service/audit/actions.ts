import type { Category, Severity } from "../../odoo_addon_client/event.ts";

/*
 * What the service's own audit log can say, under the seed's spelling where the seed names it (seeds/001: six groups).
 * Event types whose things do not exist here yet (servers, deployments, databases, webhooks) come with them.
 */

const low = (category: Category) => ({ category, severity: "low" as Severity });
const medium = (category: Category) => ({ category, severity: "medium" as Severity });
const high = (category: Category) => ({ category, severity: "high" as Severity });

export const ACTIONS = {
  // authentication
  "auth.login": low("auth"),
  "auth.logout": low("auth"),
  "auth.login_failed": medium("auth"),
  "auth.totp_enabled": low("auth"),
  "auth.totp_disabled": high("auth"),
  "auth.passkey_registered": low("auth"),
  "auth.passkey_removed": medium("auth"),
  "auth.password_changed": medium("auth"),
  "auth.password_reset": medium("auth"),
  "auth.session_ended": low("auth"),
  "auth.recovery_code_used": high("auth"),
  "auth.setup_link_made": high("auth"),
  // organisation
  "org.created": high("admin"),
  "org.updated": medium("admin"),
  "org.settings_updated": medium("admin"),
  "member.invited": medium("security"),
  "member.joined": medium("security"),
  "member.role_changed": high("security"),
  "member.removed": high("security"),
  // infrastructure
  "instance.created": medium("admin"),
  "instance.deleted": high("admin"),
  "instance.settings_updated": medium("admin"),
  "instance.accepted": high("admin"),
  "instance.pulled": low("system"),
  "instance.verified": low("system"),
  // data management
  "backup.created": low("system"),
  "backup.restored": high("system"),
  "retention.purged": medium("system"),
  "hold.added": medium("admin"),
  "hold.released": high("admin"),
  // access control
  "role.created": medium("security"),
  "role.updated": high("security"),
  "role.deleted": medium("security"),
  "api_key.created": medium("security"),
  "api_key.revoked": medium("security"),
  "key.rotated": high("security"),
  // what people take away, and what they do to an Odoo from here
  "audit_log.exported": medium("security"),
  "trail.exported": medium("security"),
  "report.created": low("admin"),
  "report.downloaded": medium("security"),
  "report.deleted": medium("admin"),
  "report_schedule.created": low("admin"),
  "report_schedule.updated": low("admin"),
  "report_schedule.deleted": low("admin"),
  "session.ended": medium("security"),
  "session.user_blocked": high("security"),
  "session.user_unblocked": medium("security"),
  "policy.updated": high("security"),
  "finding_rule.updated": high("security"),
  "task.cancelled": low("system"),
  "command.run": low("system"),
  // what the rules of service/findings find in Odoo's evidence; each severity is its rule's (a test compares)
  "security.brute_force_succeeded": { category: "security", severity: "critical" },
  "security.brute_force_address": high("security"),
  "security.brute_force_user": high("security"),
  "security.password_spraying": high("security"),
  "security.impossible_travel": high("security"),
  "security.privileged_new_place": high("security"),
  "security.new_country": medium("security"),
  "security.new_device": low("security"),
  "security.dormant_user": medium("security"),
  "security.unusual_hour": low("security"),
  "security.privileged_change": medium("security"),
  "security.denied_burst": medium("security"),
  "security.read_volume": medium("security"),
  "security.export_volume": medium("security"),
  // the panel's
  "setting.edit": medium("admin"),
  "user.update": low("admin"),
} as const satisfies Record<string, { category: Category; severity: Severity }>;

export type Action = keyof typeof ACTIONS;
