import type { Category, Severity } from "./event.ts";
import { ODOO_KINDS } from "./kinds.ts";

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

/** Of kinds that a newer addon may tell and this list does not have. */
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
  const known = Object.hasOwn(ODOO_KINDS, kind) ? ODOO_KINDS[kind] : undefined;
  if (known !== undefined) return { category: known.category, severity: known.severity };
  return FAMILIES[kind.split(".", 1)[0]!] ?? { category: "system", severity: "low" };
}

const CATEGORIES = new Set(["auth", "security", "admin", "comms", "system", "data"]);
const SEVERITIES = new Set(["critical", "high", "medium", "low"]);
export const isCategory = (value: unknown): value is Category => CATEGORIES.has(value as string);
export const isSeverity = (value: unknown): value is Severity => SEVERITIES.has(value as string);
