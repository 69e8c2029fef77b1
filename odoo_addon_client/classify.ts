import type { Category, Severity } from "./event.ts";

export interface Class {
  category: Category;
  severity: Severity;
}

/** Who may do what: a change here can open every other door. */
const SECURITY_MODELS = new Set([
  "res.users",
  "res.groups",
  "res.groups.privilege",
  "res.users.apikeys",
  "res.users.identitycheck",
  "ir.rule",
  "ir.model.access",
  "auth_totp.device",
  "auth.passkey.key",
  "auth.oauth.provider",
]);
/** What the system is: settings, modules, automations and code that runs in it. */
const ADMIN_MODELS = new Set([
  "ir.module.module",
  "ir.config_parameter",
  "res.config.settings",
  "res.company",
  "ir.actions.server",
  "base.automation",
  "ir.ui.view",
  "ir.model",
  "ir.model.fields",
  "ir.mail_server",
  "fetchmail.server",
  "ir.default",
]);
const COMMS_MODELS = new Set([
  "mail.mail",
  "sms.sms",
  "mail.message",
  "mailing.mailing",
  "whatsapp.message",
  "snailmail.letter",
]);
const SYSTEM_MODELS = new Set(["ir.cron", "ir.cron.trigger", "ir.sequence", "ir.logging"]);

/** Category and severity of a change of a record. `operation` is "created", "updated", "deleted" or "truncated". */
export function classifyChange(model: string, operation: string): Class {
  if (SECURITY_MODELS.has(model)) return { category: "admin", severity: "high" };
  const removes = operation === "deleted" || operation === "truncated";
  if (ADMIN_MODELS.has(model)) return { category: "admin", severity: removes ? "high" : "medium" };
  const category = COMMS_MODELS.has(model) ? "comms" : SYSTEM_MODELS.has(model) ? "system" : "data";
  if (operation === "truncated") return { category, severity: "high" };
  return { category, severity: removes ? "medium" : "low" };
}

const KINDS: Record<string, Class> = {
  "operation.denied": { category: "security", severity: "high" },
  "operation.failed": { category: "system", severity: "low" },
  "record.read": { category: "data", severity: "low" },
  "record.exported": { category: "data", severity: "medium" },
  "record.imported": { category: "data", severity: "medium" },
  "tracking.gap": { category: "security", severity: "critical" },
  "tracking.rules_changed": { category: "admin", severity: "high" },
  "tracking.triggers_missing": { category: "security", severity: "critical" },
  "tracking.uninstalled": { category: "security", severity: "critical" },
  "tracking.installed": { category: "admin", severity: "medium" },
  "tracking.adopted": { category: "admin", severity: "high" },
  "tracking.limit_reached": { category: "system", severity: "high" },
  "tracking.limit_ended": { category: "system", severity: "low" },
  "tracking.released": { category: "security", severity: "critical" },
  "tracking.capture_altered": { category: "security", severity: "critical" },
  "tracking.capture_ended": { category: "security", severity: "high" },
  "tracking.moved": { category: "security", severity: "high" },
  "session.login_failed": { category: "auth", severity: "medium" },
  "session.terminated": { category: "auth", severity: "medium" },
  "session.blocked": { category: "auth", severity: "medium" },
  "session.policy_changed": { category: "admin", severity: "high" },
  "user.blocked": { category: "auth", severity: "high" },
  "user.unblocked": { category: "auth", severity: "high" },
  "account.totp_disabled": { category: "auth", severity: "high" },
  "account.passkey_removed": { category: "auth", severity: "medium" },
  "api_key.used": { category: "auth", severity: "low" },
  "api_key.expiring": { category: "auth", severity: "high" },
  "tracking.lag": { category: "system", severity: "medium" },
};
const FAMILIES: Record<string, Class> = {
  tracking: { category: "admin", severity: "high" },
  session: { category: "auth", severity: "low" },
  account: { category: "auth", severity: "medium" },
  api_key: { category: "auth", severity: "medium" },
  user: { category: "auth", severity: "medium" },
  auth: { category: "auth", severity: "low" },
  login: { category: "auth", severity: "low" },
  operation: { category: "security", severity: "medium" },
  mail: { category: "comms", severity: "low" },
  cron: { category: "system", severity: "low" },
};

/** Category and severity of an event of its own; a kind that nobody knows yet is `system`, low. */
export function classifyKind(kind: string): Class {
  return KINDS[kind] ?? FAMILIES[kind.split(".", 1)[0]!] ?? { category: "system", severity: "low" };
}

const CATEGORIES = new Set(["auth", "security", "admin", "comms", "system", "data"]);
const SEVERITIES = new Set(["critical", "high", "medium", "low"]);
export const isCategory = (value: unknown): value is Category => CATEGORIES.has(value as string);
export const isSeverity = (value: unknown): value is Severity => SEVERITIES.has(value as string);
