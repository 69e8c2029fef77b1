import { type Action, type AuditEntry, auditedStore, osUser, writeAudit } from "../audit/index.ts";
import type { Invocation } from "../control/message.ts";
import { findInstanceId } from "../store/audit-rows.ts";
import type { Command, Context } from "./command.ts";
import { explain } from "./explain.ts";
import { EXIT, type Exit } from "./failure.ts";

type Call = Pick<Invocation, "arguments" | "options">;

interface Spec {
  action: Action;
  /** what it is done to; the first argument is the instance's name where there is one */
  about(call: Call): { resource_type: string; resource_name?: string | undefined };
  /** options that say what was done; never one that may hold a secret */
  tell?: readonly string[];
  /** written with the first change of the store, in its transaction; else when the command has ended */
  within?: true;
  /** only then */
  when?(call: Call): boolean;
}

const instance = (call: Call) => ({ resource_type: "instance", resource_name: call.arguments[0] });
const chosen = (call: Call) => {
  const name = call.options.instance as string | undefined;
  return name === undefined ? { resource_type: "organisation" } : { resource_type: "instance", resource_name: name };
};

const LOGINS = ["instance", "user", "ip", "failed", "from", "to", "limit"];

/** The commands that change something or take evidence away. What only looks is not in the log. */
const AUDITED: Record<string, Spec> = {
  "instance add": {
    action: "instance.created",
    about: instance,
    tell: ["url", "db", "login", "insecure"],
    within: true,
  },
  "instance set": {
    action: "instance.settings_updated",
    about: instance,
    tell: ["url", "db", "login", "insecure", "key"],
    within: true,
  },
  "tracking set": {
    action: "instance.settings_updated",
    about: chosen,
    tell: [
      "create",
      "write",
      "unlink",
      "read",
      "strict",
      "fieldsOff",
      "fieldsOn",
      "default",
      "users",
      "keepDays",
      "reason",
    ],
  },
  "instance remove": { action: "instance.deleted", about: instance, within: true },
  "instance accept": { action: "instance.accepted", about: instance, tell: ["as", "name"] },
  pull: { action: "instance.pulled", about: instance },
  "key rotate": { action: "key.rotated", about: () => ({ resource_type: "key" }), tell: ["signing"], within: true },
  // not whom: the entry would hold what was erased
  erase: { action: "retention.purged", about: chosen, tell: ["reason"], when: (call) => call.options.yes === true },
  "retention run": { action: "retention.purged", about: () => ({ resource_type: "organisation" }) },
  "retention policy set": { action: "org.settings_updated", about: chosen, within: true },
  "retention hold add": { action: "hold.added", about: instance, tell: ["reason"], within: true },
  "retention hold release": { action: "hold.released", about: instance, within: true },
  "events list": {
    action: "trail.exported",
    about: chosen,
    tell: ["instance", "model", "record", "user", "kind", "from", "to", "limit"],
    when: (call) => call.options.json === true,
  },
  export: {
    action: "trail.exported",
    about: chosen,
    tell: ["instance", "model", "record", "user", "kind", "category", "severity", "from", "to", "format"],
  },
  "sessions end": { action: "session.ended", about: chosen, tell: ["session", "user", "all", "reason"] },
  "user block": { action: "session.user_blocked", about: chosen, tell: ["reason"] },
  "user unblock": { action: "session.user_unblocked", about: chosen, tell: ["reason"] },
  "policy set": {
    action: "policy.updated",
    about: chosen,
    tell: ["file", "inactivity", "warning", "maxSessions", "mode", "absolute", "none", "reason"],
    within: true,
  },
  "findings tune": { action: "finding_rule.updated", about: chosen, within: true },
  "logins list": {
    action: "trail.exported",
    about: chosen,
    tell: LOGINS,
    when: (call) => call.options.json === true,
  },
  "audit list": {
    action: "audit_log.exported",
    about: () => ({ resource_type: "audit_log" }),
    tell: ["action", "user", "resourceType", "resource", "from", "to", "limit", "failed"],
    when: (call) => call.options.json === true,
  },
};

/**
 * Runs a command and writes into the own log that the operating system's user did it (C11): with the change itself
 * where there is one, and otherwise at the end. A command that fails is an entry, too, with the reason.
 */
export async function runAudited(name: string, command: Command, context: Context, call: Call): Promise<Exit> {
  const spec = AUDITED[name];
  if (spec === undefined || spec.when?.(call) === false) return command(context, call);
  const { store } = context;
  const entry = (outcome: { success: boolean; reason?: string }): AuditEntry => ({
    action: spec.action,
    actor: osUser(context.terminal.user),
    organisation_id: store.organisationId,
    method: "cli",
    ...spec.about(call),
    details: {
      command: name,
      arguments: call.arguments,
      ...Object.fromEntries(
        (spec.tell ?? []).flatMap((key) => (call.options[key] === undefined ? [] : [[key, String(call.options[key])]])),
      ),
    },
    ...outcome,
    at: context.now(),
  });
  const end = (outcome: { success: boolean; reason?: string }) =>
    store.database.transaction((tx) => writeAudit(tx, entry(outcome)));
  const audited = auditedStore(store, async (tx) => {
    const written = entry({ success: true });
    if (written.resource_type !== "instance" || written.resource_name === undefined) return written;
    return { ...written, resource_id: (await findInstanceId(tx, store.organisationId, written.resource_name))?.id };
  });
  try {
    const exit = await command(spec.within ? { ...context, store: audited.store } : context, call);
    if (!audited.written())
      await end(exit === EXIT.success ? { success: true } : { success: false, reason: `exit status ${exit}` });
    return exit;
  } catch (error) {
    // the first error is the one to tell: a store that is away cannot take an entry either
    await end({ success: false, reason: explain(error).sentence }).catch(() => undefined);
    throw error;
  }
}
