import { Readable } from "node:stream";
import { EXPORT_TYPES, type ExportFormat, exportAuditLogs, writeAudit } from "../../audit/index.ts";
import { visitOf } from "../auth/visit.ts";
import { AuditLogExportQuery } from "../contract/audit-logs.ts";
import { route } from "../route.ts";

export const exportAuditLogsRoute = route({
  method: "GET",
  path: "/api/audit-logs/export",
  permission: "export:audit_logs",
  summary: "The audit log as a file: JSON, NDJSON or CSV, oldest first",
  description: "Streams; `from` and `to` are inclusive. That it was taken is in the log.",
  schema: { query: AuditLogExportQuery },
  streams: Object.values(EXPORT_TYPES),
  handler: async ({ query, principal, services, request, reply }) => {
    const format = (query.format ?? "json") as ExportFormat;
    const { store } = services;
    const { ip, user_agent, request_id } = visitOf(request);
    const filters = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    await store.database.transaction((tx) =>
      writeAudit(tx, {
        action: "audit_log.exported",
        actor: principal,
        organisation_id: principal.organisation_id,
        resource_type: "audit_log",
        details: { ...(filters as Record<string, string>), format },
        ip,
        user_agent,
        request_id,
        at: store.clock(),
      }),
    );
    const name = `vigil-audit-log-${store.clock().toISOString().slice(0, 10)}.${format}`;
    reply.type(EXPORT_TYPES[format]).header("content-disposition", `attachment; filename="${name}"`);
    return reply.send(Readable.from(exportAuditLogs(store, principal, { ...query, format })));
  },
});
