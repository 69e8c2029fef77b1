import { listAuditLogs } from "../../audit/index.ts";
import { AuditLogPage, AuditLogQuery } from "../contract/audit-logs.ts";
import { route } from "../route.ts";

export const getAuditLogs = route({
  method: "GET",
  path: "/api/audit-logs",
  permission: "view:audit_logs",
  summary: "What was done in Vigil itself, newest first",
  description: "Entries that are kept for Owners are shown to who has `view:owner_events`.",
  schema: { query: AuditLogQuery, response: AuditLogPage },
  handler: ({ query, principal, services }) => listAuditLogs(services.store, principal, query),
});
