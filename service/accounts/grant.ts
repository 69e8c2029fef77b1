import { isPermission, isSystemRole, type Permission, permissionsOf, SYSTEM_ROLES } from "./permissions.ts";

/** What a role means: a system role by its key, a custom one by its row. */
export interface RoleMeaning {
  role: string;
  role_name: string;
  permissions: ReadonlySet<Permission>;
}

const NOTHING: ReadonlySet<Permission> = new Set();

/** A membership whose custom role is gone means nothing, rather than anything. */
export function meaningOf(row: {
  role?: string | undefined;
  role_name?: string | undefined;
  role_permissions?: string | undefined;
}): RoleMeaning {
  const role = row.role ?? "";
  if (isSystemRole(role)) return { role, role_name: SYSTEM_ROLES[role].name, permissions: permissionsOf(role) };
  if (row.role_permissions === undefined) return { role, role_name: row.role_name ?? "", permissions: NOTHING };
  return { role, role_name: row.role_name ?? "", permissions: readPermissions(row.role_permissions) };
}

/** From a stored list. A permission that an older or newer Vigil knew is none here. */
export function readPermissions(json: string): ReadonlySet<Permission> {
  return new Set((JSON.parse(json) as string[]).filter(isPermission));
}
