import { type Static, Type } from "typebox";

export const Organisation = Type.Object({
  id: Type.String({ format: "uuid" }),
  name: Type.String(),
  created_at: Type.String({ format: "date-time" }),
  retention_days: Type.Integer({
    description: "how long the evidence of its instances is kept, unless they say otherwise",
  }),
  audit_retention_days: Type.Integer({ description: "how long its own audit log is kept: 90 unless set otherwise" }),
  members: Type.Integer(),
  instances: Type.Integer(),
});
export type Organisation = Static<typeof Organisation>;

export const OrganisationChange = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  audit_retention_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
});
