import type { Queryable } from "../database.ts";
import type { Store } from "../types.ts";
import { tidy } from "./times.ts";

export interface OrganisationRow {
  id: string;
  name: string;
  created_at: string;
  retention_days: number;
  members: number;
  instances: number;
}

const SELECT = `SELECT o.id, o.name, o.created_at, o.retention_days,
    (SELECT count(*) FROM membership m WHERE m.organisation_id = o.id AND m.joined_at IS NOT NULL) AS members,
    (SELECT count(*) FROM instance i WHERE i.organisation_id = o.id AND i.kind = 'odoo' AND i.state <> 'removed') AS instances
  FROM organisation o`;

export async function listOrganisations(db: Queryable): Promise<OrganisationRow[]> {
  return (await db.query(`${SELECT} ORDER BY o.created_at, o.id`)).map(tidy<OrganisationRow>);
}

export async function findOrganisation(db: Queryable, id: string): Promise<OrganisationRow | undefined> {
  const [row] = await db.query(`${SELECT} WHERE o.id = $1`, [id]);
  return row && tidy<OrganisationRow>(row);
}

export async function insertOrganisation(tx: Queryable, id: string, name: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    "INSERT INTO organisation (id, name, created_at, retention_set_at) VALUES ($1, $2, $3, $3) ON CONFLICT (name) DO NOTHING RETURNING 1",
    [id, name, at.toISOString()],
  );
  return rows.length > 0;
}

/** False when another one has that name. */
export async function renameOrganisation(tx: Queryable, id: string, name: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE organisation SET name = $2 WHERE id = $1
       AND NOT EXISTS (SELECT 1 FROM organisation o WHERE o.name = $2 AND o.id <> $1) RETURNING 1`,
    [id, name],
  );
  return rows.length > 0;
}

export async function storeInstanceRetention(
  tx: Queryable,
  instanceId: string,
  days: number,
  by: string,
  at: Date,
): Promise<void> {
  await tx.query(
    "UPDATE instance SET retention_days = $2, retention_set_by = $3, retention_set_at = $4 WHERE id = $1",
    [instanceId, days, by, at.toISOString()],
  );
}

export async function readInstanceRetention(store: Store, instanceId: string): Promise<number> {
  const [row] = await store.database.query<{ days: number }>(
    `SELECT coalesce(i.retention_days, o.retention_days) AS days FROM instance i JOIN organisation o ON o.id = i.organisation_id
     WHERE i.id = $1 AND i.organisation_id = $2`,
    [instanceId, store.organisationId],
  );
  return row!.days;
}
