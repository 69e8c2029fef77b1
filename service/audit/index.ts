export type { Action } from "./actions.ts";
export { auditedStore, type EntryOf } from "./audited-store.ts";
export { type Actor, type AuditEntry, osUser, SYSTEM } from "./entry.ts";
export type { AuditLog } from "./event.ts";
export { EXPORT_TYPES, type ExportFormat, exportAuditLogs } from "./export.ts";
export { type AuditLogFilter, type AuditLogPage, CursorError, listAuditLogs, type Reader } from "./list.ts";
export { sealAudit, sequenceAudit } from "./sequence.ts";
export { writeAudit } from "./write.ts";
