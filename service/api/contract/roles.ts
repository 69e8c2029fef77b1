import { type Static, Type } from "typebox";
import { PERMISSION_NAMES } from "../../accounts/permissions.ts";

export const PermissionName = Type.Enum([...PERMISSION_NAMES]);

export const Role = Type.Object({
  id: Type.String({ description: "key of a system role, or uuid" }),
  name: Type.String(),
  description: Type.String(),
  system: Type.Boolean({ description: "comes with Vigil: cannot be changed" }),
  permissions: Type.Array(PermissionName),
  members: Type.Integer({ description: "how many have it" }),
});
export type Role = Static<typeof Role>;
export const Roles = Type.Object({ items: Type.Array(Role) });

export const RoleNew = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  description: Type.Optional(Type.String({ maxLength: 400 })),
  permissions: Type.Array(PermissionName, { uniqueItems: true }),
});
export const RoleChange = Type.Partial(RoleNew);

export const PermissionRow = Type.Object({
  name: PermissionName,
  allows: Type.String(),
  roles: Type.Array(Type.String(), { description: "system roles that have it" }),
});
export const Permissions = Type.Object({ items: Type.Array(PermissionRow) });
