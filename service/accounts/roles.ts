import { randomUUID } from "node:crypto";
import {
  countByRole,
  deleteRole,
  insertRole,
  listRoleRows,
  lockRole,
  type RoleRow,
  updateRole,
} from "../store/accounts/roles.ts";
import type { Queryable } from "../store/database.ts";
import { note } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { InTheWay, NoSuchThing, NotAllowed } from "./errors.ts";
import { type RoleMeaning, readPermissions } from "./grant.ts";
import { isSystemRole, missing, type Permission, permissionsOf, SYSTEM_ROLES, type SystemRole } from "./permissions.ts";
import type { Principal } from "./principal.ts";

export interface RoleShown {
  id: string;
  name: string;
  description: string;
  system: boolean;
  permissions: Permission[];
  members: number;
}

/** The five of Vigil, then the organisation's own. */
export async function listRoles(accounts: Accounts, principal: Principal): Promise<RoleShown[]> {
  const { database } = accounts.store;
  const members = await countByRole(database, principal.organisation_id);
  const system = (Object.keys(SYSTEM_ROLES) as SystemRole[]).map((id) => ({
    id,
    name: SYSTEM_ROLES[id].name,
    description: SYSTEM_ROLES[id].about,
    system: true,
    permissions: [...permissionsOf(id)],
    members: members.get(id) ?? 0,
  }));
  const own = await listRoleRows(database, principal.organisation_id);
  return [...system, ...own.map((row) => shown(row, members.get(row.id) ?? 0))];
}

const shown = (row: RoleRow, members: number): RoleShown => ({
  id: row.id,
  name: row.name,
  description: row.description,
  system: false,
  permissions: [...readPermissions(row.permissions)],
  members,
});

/** What a role means, held until the transaction ends. Throws NoSuchThing. */
export async function readRole(tx: Queryable, organisationId: string, role: string): Promise<RoleMeaning> {
  if (isSystemRole(role)) return { role, role_name: SYSTEM_ROLES[role].name, permissions: permissionsOf(role) };
  const row = await lockRole(tx, organisationId, role);
  if (row === undefined) throw new NoSuchThing("There is no such role in this organisation; see GET /api/roles.");
  return { role: row.id, role_name: row.name, permissions: readPermissions(row.permissions) };
}

/** Nobody gives away, or takes from somebody else, what they do not have themselves. Throws NotAllowed. */
export function mustHave(principal: Principal, permissions: Iterable<Permission>, what: string): void {
  const lacking = missing(principal.permissions, permissions);
  if (lacking.length > 0)
    throw new NotAllowed(`${what} takes permissions that you do not have: ${lacking.join(", ")}.`);
}

export interface RoleGiven {
  name: string;
  description?: string | undefined;
  permissions: Permission[];
}

export async function createRole(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: RoleGiven,
): Promise<RoleShown> {
  mustHave(principal, given.permissions, "This role");
  const row = {
    id: randomUUID(),
    name: given.name.trim(),
    description: given.description?.trim() ?? "",
    permissions: JSON.stringify([...new Set(given.permissions)].sort()),
  };
  await accounts.store.database.transaction(async (tx) => {
    await mustBeFree(tx, principal.organisation_id, row);
    await insertRole(tx, principal.organisation_id, row, accounts.store.clock());
    await note(accounts, tx, principal, visit, {
      action: "role.created",
      ...resource(row),
      details: { permissions: JSON.parse(row.permissions) },
    });
  });
  return shown(row, 0);
}

export async function changeRole(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  id: string,
  given: Partial<RoleGiven>,
): Promise<RoleShown> {
  const organisationId = principal.organisation_id;
  return accounts.store.database.transaction(async (tx) => {
    const before = await mustBeOwn(tx, organisationId, id);
    // taking a permission from a role takes it from people, too
    mustHave(principal, [...readPermissions(before.permissions), ...(given.permissions ?? [])], "Changing this role");
    const row = {
      id,
      name: given.name?.trim() ?? before.name,
      description: given.description?.trim() ?? before.description,
      permissions:
        given.permissions === undefined ? before.permissions : JSON.stringify([...new Set(given.permissions)].sort()),
    };
    await mustBeFree(tx, organisationId, row);
    await updateRole(tx, organisationId, row, accounts.store.clock());
    const fields = (["name", "description", "permissions"] as const).filter((field) => row[field] !== before[field]);
    await note(accounts, tx, principal, visit, {
      action: "role.updated",
      ...resource(row),
      changes: fields.map((field) => ({ field, before: before[field], after: row[field] })),
    });
    return shown(row, (await countByRole(tx, organisationId)).get(id) ?? 0);
  });
}

export async function removeRole(accounts: Accounts, principal: Principal, visit: Visit, id: string): Promise<void> {
  const organisationId = principal.organisation_id;
  await accounts.store.database.transaction(async (tx) => {
    const row = await mustBeOwn(tx, organisationId, id);
    mustHave(principal, readPermissions(row.permissions), "Deleting this role");
    const members = (await countByRole(tx, organisationId)).get(id) ?? 0;
    if (members > 0) throw new InTheWay(`${members} still have this role; give them another one first.`);
    await deleteRole(tx, organisationId, id);
    await note(accounts, tx, principal, visit, { action: "role.deleted", ...resource(row) });
  });
}

async function mustBeOwn(tx: Queryable, organisationId: string, id: string): Promise<RoleRow> {
  if (isSystemRole(id)) throw new InTheWay("This role comes with Vigil and stays as it is; make one of your own.");
  const row = await lockRole(tx, organisationId, id);
  if (row === undefined) throw new NoSuchThing("There is no such role in this organisation; see GET /api/roles.");
  return row;
}

/** Its own name, told apart from the system roles' and the others'. */
async function mustBeFree(tx: Queryable, organisationId: string, role: RoleRow): Promise<void> {
  const name = role.name.toLowerCase();
  const taken =
    Object.values(SYSTEM_ROLES).some((system) => system.name.toLowerCase() === name) ||
    (await listRoleRows(tx, organisationId)).some((row) => row.id !== role.id && row.name.toLowerCase() === name);
  if (taken) throw new InTheWay(`There is a role named "${role.name}" already; choose another name.`);
}

const resource = (row: RoleRow) => ({ resource_type: "role", resource_id: row.id, resource_name: row.name });
