import { type Static, Type } from "typebox";
import { Time } from "./common.ts";

export const Organisation = Type.Object({
  id: Type.String({ format: "uuid" }),
  name: Type.String(),
  created_at: Type.String({ format: "date-time" }),
  retention_days: Type.Integer({
    description: "how long the evidence of its instances is kept, unless they say otherwise",
  }),
  audit_retention_days: Type.Integer({ description: "how long its own audit log is kept: 90 unless set otherwise" }),
  audit_hold: Type.Optional(
    Type.Object(
      { reason: Type.String(), set_by: Type.String(), set_at: Time },
      { description: "legal hold: nothing of its own audit log is deleted" },
    ),
  ),
  members: Type.Integer(),
  instances: Type.Integer(),
});
export type Organisation = Static<typeof Organisation>;

export const OrganisationChange = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  audit_retention_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
  audit_hold: Type.Optional(
    Type.Union([Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }) }), Type.Null()], {
      description: "hold its own audit log, and why; null: release it",
    }),
  ),
});

export const Transfer = Type.Object({
  member_id: Type.String({ format: "uuid", description: "who becomes an Owner; you become an Admin" }),
  password: Type.String({ minLength: 1, maxLength: 256, description: "yours" }),
});
