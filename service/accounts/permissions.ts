/*
 * THE table of permissions. The API checks by it, OpenAPI names it at each route, the dashboard hides by it, and
 * docs/permissions.md is printed from it (`node service/accounts/document.ts --write`).
 */

export type SystemRole = "owner" | "admin" | "member" | "auditor" | "viewer";

interface Row {
  /** what it allows, for people */
  allows: string;
  /** the system roles that have it */
  roles: readonly SystemRole[];
}

const OWNERS: readonly SystemRole[] = ["owner"];
const ADMINS: readonly SystemRole[] = ["owner", "admin"];

export const PERMISSIONS = {
  "view:environments": {
    allows: "See instances and their health.",
    roles: ["owner", "admin", "member", "auditor", "viewer"],
  },
  "manage:environments": { allows: "Connect, change, pull, verify and remove instances.", roles: ADMINS },
  "view:audit_logs": {
    allows: "See the audit trail of each Odoo, the history of its records, and what was done in Vigil itself.",
    roles: ["owner", "admin", "member", "auditor"],
  },
  "export:audit_logs": {
    allows: "Take the trails of Odoo away as files, with their proofs.",
    roles: ["owner", "admin", "auditor"],
  },
  "view:owner_events": { allows: "See the entries of the audit log that are kept for Owners.", roles: OWNERS },
  "view:sessions": {
    allows: "See who is and was signed in to an Odoo, from where and with which device; logins and findings.",
    roles: ["owner", "admin", "member", "auditor"],
  },
  "end:sessions": { allows: "End sessions in an Odoo, block and unblock its users.", roles: ADMINS },
  "manage:policies": { allows: "Set session policies and the rules for findings.", roles: ADMINS },
  "manage:retention": { allows: "Set how long evidence is kept, and legal holds.", roles: ADMINS },
  "manage:members": { allows: "Invite people, change their role, remove them.", roles: ADMINS },
  "manage:roles": { allows: "Make, change and delete roles.", roles: ADMINS },
  "manage:api_keys": { allows: "Make and revoke API keys.", roles: ADMINS },
  "manage:organisation": { allows: "Change the organisation's name and settings.", roles: ADMINS },
  "view:reports": {
    allows: "See and download reports.",
    roles: ["owner", "admin", "member", "auditor"],
  },
  "manage:reports": { allows: "Make reports and schedule them.", roles: ["owner", "admin", "auditor"] },
} as const satisfies Record<string, Row>;

export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[];

export const SYSTEM_ROLES: Readonly<Record<SystemRole, { name: string; about: string }>> = {
  owner: {
    name: "Owner",
    about: "Everything, the events for Owners and the handing over of the organisation included.",
  },
  admin: { name: "Admin", about: "Everything but the events for Owners; can neither make nor remove an Owner." },
  member: { name: "Member", about: "Sees instances, logs, sessions and reports; changes nothing." },
  auditor: { name: "Auditor", about: "Sees what Members see, takes it away as files, and makes reports." },
  viewer: { name: "Viewer", about: "Sees instances and their health, nothing of what was recorded." },
};

export function isSystemRole(role: string): role is SystemRole {
  return Object.hasOwn(SYSTEM_ROLES, role);
}

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(PERMISSIONS, name);
}

/** The permissions of a system role. */
export function permissionsOf(role: SystemRole): ReadonlySet<Permission> {
  return BY_ROLE[role];
}

const BY_ROLE = Object.fromEntries(
  Object.keys(SYSTEM_ROLES).map((role) => [
    role,
    new Set(PERMISSION_NAMES.filter((name) => (PERMISSIONS[name].roles as readonly string[]).includes(role))),
  ]),
) as unknown as Record<SystemRole, ReadonlySet<Permission>>;

/** Those of `wanted` that `have` lacks: nobody may give away, or take from another, what they do not have themselves. */
export function missing(have: ReadonlySet<Permission>, wanted: Iterable<Permission>): Permission[] {
  return [...wanted].filter((permission) => !have.has(permission));
}
