import { type Static, Type } from "typebox";

const time = (about: string) => Type.String({ format: "date-time", description: about });
const one = (about: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 200, description: about, examples: [example] }));

export const AuditLogFilter = {
  action: one("event type", "auth.login_failed"),
  userId: one("id of the actor: person, API key, `os:NAME` or `system`", "system"),
  resourceType: one("resource category", "instance"),
  resourceId: one("resource id", "5b1f9f0c-6f0e-4b5e-9d6a-0d7d1d6f0e11"),
  from: Type.Optional(time("start, inclusive")),
  to: Type.Optional(time("end, inclusive")),
};

export const AuditLogQuery = Type.Object({
  ...AuditLogFilter,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: "next_cursor of the page before" })),
});
export type AuditLogQuery = Static<typeof AuditLogQuery>;

export const AuditLogExportQuery = Type.Object({
  ...AuditLogFilter,
  format: Type.Optional(Type.Enum(["json", "ndjson", "csv", "evidence"])),
});
export type AuditLogExportQuery = Static<typeof AuditLogExportQuery>;

export const AuditLogEntry = Type.Object({
  id: Type.String({ format: "uuid" }),
  seq: Type.Integer({ description: "place in the organisation's chain" }),
  timestamp: time("when it happened"),
  action: Type.String({ examples: ["instance.created"] }),
  actor: Type.Object({
    type: Type.String({ examples: ["person", "api_key", "system", "os_user"] }),
    id: Type.String(),
    name: Type.String(),
    email: Type.Optional(Type.String()),
    created_by: Type.Optional(Type.String({ description: "who made the API key" })),
  }),
  resource: Type.Optional(
    Type.Object({ type: Type.String(), id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }),
  ),
  success: Type.Boolean(),
  reason: Type.Optional(Type.String({ description: "why it failed" })),
  method: Type.Optional(Type.String({ examples: ["password", "totp", "passkey", "api_key", "cli"] })),
  ip: Type.Optional(Type.String()),
  user_agent: Type.Optional(Type.String()),
  owner_only: Type.Optional(Type.Boolean()),
  changes: Type.Optional(
    Type.Array(
      Type.Object({
        field: Type.String(),
        before: Type.Optional(Type.Unknown()),
        after: Type.Optional(Type.Unknown()),
        redacted: Type.Optional(Type.Boolean({ description: "a secret: that it changed is all that is kept" })),
      }),
    ),
  ),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  hash: Type.String({ description: "SHA-256 of the chain at this entry, hex" }),
});
export type AuditLogEntry = Static<typeof AuditLogEntry>;

export const AuditLogPage = Type.Object({
  items: Type.Array(AuditLogEntry),
  next_cursor: Type.Optional(Type.String()),
});
