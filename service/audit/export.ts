import type { Store } from "../store/types.ts";
import type { AuditLog } from "./event.ts";
import { type AuditLogFilter, type Reader, readAuditLogs } from "./list.ts";

export type ExportFormat = "csv" | "json" | "ndjson";

export const EXPORT_TYPES: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
};

const COLUMNS: [string, (log: AuditLog) => unknown][] = [
  ["seq", (log) => log.seq],
  ["timestamp", (log) => log.timestamp],
  ["action", (log) => log.action],
  ["success", (log) => log.success],
  ["reason", (log) => log.reason],
  ["actor_type", (log) => log.actor.type],
  ["actor_id", (log) => log.actor.id],
  ["actor_name", (log) => log.actor.name],
  ["actor_email", (log) => log.actor.email],
  ["resource_type", (log) => log.resource?.type],
  ["resource_id", (log) => log.resource?.id],
  ["resource_name", (log) => log.resource?.name],
  ["method", (log) => log.method],
  ["ip", (log) => log.ip],
  ["user_agent", (log) => log.user_agent],
  ["changes", (log) => log.changes],
  ["details", (log) => log.details],
  ["id", (log) => log.id],
  ["hash", (log) => log.hash],
];

/** The log as text, in pieces of a page each, oldest first; memory does not grow with the log. */
export async function* exportAuditLogs(
  store: Store,
  reader: Reader,
  options: AuditLogFilter & { format: ExportFormat },
): AsyncGenerator<string> {
  const { format } = options;
  if (format === "csv") yield `${COLUMNS.map(([name]) => name).join(",")}\r\n`;
  if (format === "json") yield "[";
  let separator = "\n";
  for await (const logs of readAuditLogs(store, reader, options)) {
    if (format === "csv") yield logs.map(toCsvLine).join("");
    else if (format === "ndjson") yield logs.map((log) => `${JSON.stringify(log)}\n`).join("");
    else {
      yield `${separator}${logs.map((log) => JSON.stringify(log)).join(",\n")}`;
      separator = ",\n";
    }
  }
  if (format === "json") yield "\n]\n";
}

function toCsvLine(log: AuditLog): string {
  return `${COLUMNS.map(([, read]) => csvCell(read(log))).join(",")}\r\n`;
}

/**
 * One cell (RFC 4180). A spreadsheet takes a text that begins with = + - @ or a control character for a formula, and
 * a user agent is whatever a stranger sends: such a text gets an apostrophe in front (OWASP, CSV injection).
 */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  let text = typeof value === "string" ? value : JSON.stringify(value);
  if (/^[\s]*[=+\-@\t\r\n＝＋－＠]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
