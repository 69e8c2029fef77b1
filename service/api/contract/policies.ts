import { type Static, Type } from "typebox";
import { SessionPolicySchema } from "../../policies/schema.ts";
import { Time } from "./common.ts";

const strict = { additionalProperties: false };

/** With every key, so that a form has something in each of its fields. */
export const WholePolicy = Type.Required(
  Type.Object({
    ...SessionPolicySchema.properties,
    notices: Type.Object({ expired: Type.Boolean(), new_location: Type.Boolean() }),
  }),
);
const Wanted = Type.Object({
  policy: SessionPolicySchema,
  scope: Type.Enum(["instance", "organisation"], { description: "where it was set" }),
  version: Type.Integer(),
  reason: Type.String(),
  set_by: Type.String(),
  set_at: Time,
});
const InForce = Type.Object({
  policy: SessionPolicySchema,
  version: Type.String(),
  changed_at: Type.Optional(Time),
  changed_by: Type.Optional(Type.String()),
});

export const Policy = Type.Object({
  policy: WholePolicy,
  version: Type.Integer({ description: "of what is wanted; else of what is in force" }),
  changed_at: Type.Optional(Time),
  changed_by: Type.Optional(Type.String()),
  status: Type.Enum(["applied", "waiting", "drifted", "unmanaged"], {
    description: "waiting: pushed when it answers; drifted: changed in Odoo since; unmanaged: not set from here",
  }),
  desired: Type.Optional(Wanted),
  in_force: Type.Optional(InForce),
  differences: Type.Array(Type.String(), { description: "keys in which wanted and in force differ" }),
  checked_at: Type.Optional(Time),
  pushed_at: Type.Optional(Time),
  error: Type.Optional(Type.String({ description: "why the last push failed" })),
});
export type Policy = Static<typeof Policy>;

export const PolicyChange = Type.Object(
  {
    policy: Type.Union([SessionPolicySchema, Type.Null()], { description: "null: back to the organisation's" }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }),
  },
  strict,
);

export const PolicyVersions = Type.Object({
  items: Type.Array(
    Type.Object({
      version: Type.Integer(),
      policy: Type.Union([SessionPolicySchema, Type.Null()]),
      reason: Type.String(),
      set_by: Type.String(),
      set_at: Time,
    }),
  ),
});
export const CommonPolicy = Type.Object({
  policy: Type.Union([WholePolicy, Type.Null()], { description: "null: none is set" }),
  version: Type.Integer(),
});
