import { type Static, Type } from "typebox";
import { Email } from "./auth.ts";

const RoleKey = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "owner, admin, member, auditor, viewer, or the id of a custom role",
});

export const Member = Type.Object({
  id: Type.String({ format: "uuid" }),
  email: Email,
  name: Type.String(),
  role: RoleKey,
  role_name: Type.String(),
  joined_at: Type.Optional(Type.String({ format: "date-time", description: "absent: invited, not yet joined" })),
  invited_at: Type.Optional(Type.String({ format: "date-time" })),
  last_sign_in_at: Type.Optional(Type.String({ format: "date-time" })),
  totp_enabled: Type.Boolean(),
  passkeys: Type.Integer(),
});
export type Member = Static<typeof Member>;
export const Members = Type.Object({ items: Type.Array(Member), total: Type.Integer() });

export const Invitation = Type.Object({
  email: Email,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  role: RoleKey,
});
export const Invited = Type.Object({
  member: Member,
  link: Type.String({ description: "one-time, for 7 days; shown only now: hand it to the person" }),
});
export const MemberChange = Type.Object({ role: RoleKey });
