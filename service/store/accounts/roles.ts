import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

export interface RoleRow {
  id: string;
  name: string;
  description: string;
  /** JSON */
  permissions: string;
}

export async function listRoleRows(db: Queryable, organisationId: string): Promise<RoleRow[]> {
  const rows = await db.query(
    "SELECT id, name, description, permissions FROM role WHERE organisation_id = $1 ORDER BY lower(name)",
    [organisationId],
  );
  return rows.map(tidy<RoleRow>);
}

/** Holds the role until the transaction ends, so that what is granted with it is what was looked at. */
export async function lockRole(tx: Queryable, organisationId: string, id: string): Promise<RoleRow | undefined> {
  const [row] = await tx.query(
    "SELECT id, name, description, permissions FROM role WHERE organisation_id = $1 AND id::text = $2 FOR UPDATE",
    [organisationId, id],
  );
  return row && tidy<RoleRow>(row);
}

/** How many have each role, by its key or id. */
export async function countByRole(db: Queryable, organisationId: string): Promise<Map<string, number>> {
  const rows = await db.query<{ role: string; count: number }>(
    "SELECT role, count(*) AS count FROM membership WHERE organisation_id = $1 GROUP BY role",
    [organisationId],
  );
  return new Map(rows.map((row) => [row.role, row.count]));
}

export async function insertRole(tx: Queryable, organisationId: string, role: RoleRow, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO role (id, organisation_id, name, description, permissions, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5::json, $6, $6)`,
    [role.id, organisationId, role.name, role.description, role.permissions, at.toISOString()],
  );
}

export async function updateRole(tx: Queryable, organisationId: string, role: RoleRow, at: Date): Promise<void> {
  await tx.query(
    "UPDATE role SET name = $3, description = $4, permissions = $5::json, updated_at = $6 WHERE organisation_id = $1 AND id = $2",
    [organisationId, role.id, role.name, role.description, role.permissions, at.toISOString()],
  );
}

export async function deleteRole(tx: Queryable, organisationId: string, id: string): Promise<void> {
  await tx.query("DELETE FROM role WHERE organisation_id = $1 AND id = $2", [organisationId, id]);
}
