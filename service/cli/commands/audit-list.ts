import { PERMISSION_NAMES } from "../../accounts/permissions.ts";
import { type AuditLog, listAuditLogs } from "../../audit/index.ts";
import type { Command } from "../command.ts";
import { readTime } from "../events/when.ts";
import { EXIT, usage } from "../failure.ts";
import { cut, type Paint, painter, printable } from "../output/style.ts";
import { table } from "../output/table.ts";

const DEFAULT_LIMIT = 50;
/** the API's largest page: more are read page by page */
const PAGE = 500;

/** `vigil audit list`: what was done in Vigil itself, newest first; events for Owners included: the machine is theirs. */
export const auditList: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const text = (name: string) => options[name] as string | undefined;
  const time = (end: "from" | "to") => (text(end) === undefined ? undefined : readTime(text(end)!, end, context.now()));
  const limit = text("limit") === undefined ? DEFAULT_LIMIT : Number(text("limit"));
  if (!Number.isInteger(limit) || limit < 1)
    throw usage(`--limit must be a whole number from 1, not "${text("limit")}".`);
  const filter = {
    action: text("action"),
    userId: text("user"),
    resourceType: text("resourceType"),
    resourceId: text("resource"),
    from: time("from"),
    to: time("to"),
    success: options.failed ? false : undefined,
  };
  const reader = { organisation_id: store.organisationId, permissions: new Set<string>(PERMISSION_NAMES) };
  const paint = painter(terminal.shape.color);
  const logs: AuditLog[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAuditLogs(store, reader, { ...filter, limit: Math.min(PAGE, limit - logs.length), cursor });
    logs.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== undefined && logs.length < limit);
  if (options.json) await terminal.out(logs.map((log) => `${JSON.stringify(log)}\n`).join(""));
  else if (logs.length === 0) await terminal.err("No entry matches.\n");
  else
    await terminal.out(
      table(
        ["TIME (UTC)", "ACTOR", "ACTION", "RESOURCE", "DETAILS"],
        logs.map((log) => row(log, paint)),
        paint,
      ),
    );
  return EXIT.success;
};

function row(log: AuditLog, paint: Paint): string[] {
  const { actor, resource } = log;
  const who = actor.type === "api_key" ? `key ${actor.name}` : (actor.email ?? actor.name);
  const details = [
    log.reason,
    ...(log.changes ?? []).map((change) =>
      change.redacted ? `${change.field} changed` : `${change.field}: ${show(change.before)} → ${show(change.after)}`,
    ),
    log.method,
    log.ip === undefined ? undefined : `from ${log.ip}`,
  ];
  return [
    log.timestamp.replace("T", " ").replace(/\.\d+Z$/, ""),
    cut(printable(who), 32),
    log.success ? log.action : paint("red", `${log.action} ✗`),
    cut(printable(resource === undefined ? "—" : `${resource.type} ${resource.name ?? resource.id ?? ""}`), 36),
    cut(printable(details.filter(Boolean).join(", ")), 60),
  ];
}

const show = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));
