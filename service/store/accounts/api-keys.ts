import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

export interface ApiKeyRow {
  id: string;
  organisation_id: string;
  name: string;
  prefix: string;
  /** JSON */
  permissions: string;
  created_by: string;
  created_by_name: string;
  created_at: string;
  expires_at?: string;
  last_used_at?: string;
  last_used_ip?: string;
  revoked_at?: string;
}

/** With what its creator may do today: a key is worth no more than who made it. */
export interface ApiKeyFound extends ApiKeyRow {
  creator_role?: string;
  creator_role_permissions?: string;
}

const COLUMNS = `k.id, k.organisation_id, k.name, k.prefix, k.permissions, k.created_by, p.name AS created_by_name, k.created_at,
  k.expires_at, k.last_used_at, k.last_used_ip, k.revoked_at`;

export async function listApiKeyRows(db: Queryable, organisationId: string): Promise<ApiKeyRow[]> {
  const rows = await db.query(
    `SELECT ${COLUMNS} FROM api_key k JOIN person p ON p.id = k.created_by WHERE k.organisation_id = $1 ORDER BY k.created_at DESC, k.id`,
    [organisationId],
  );
  return rows.map(tidy<ApiKeyRow>);
}

export async function findApiKey(db: Queryable, digest: Buffer): Promise<ApiKeyFound | undefined> {
  const [row] = await db.query(
    `SELECT ${COLUMNS}, m.role AS creator_role, r.permissions AS creator_role_permissions
     FROM api_key k JOIN person p ON p.id = k.created_by
     LEFT JOIN membership m ON m.organisation_id = k.organisation_id AND m.person_id = k.created_by AND m.joined_at IS NOT NULL
     LEFT JOIN role r ON r.organisation_id = m.organisation_id AND r.id::text = m.role
     WHERE k.digest = $1`,
    [digest],
  );
  return row && tidy<ApiKeyFound>(row);
}

export async function insertApiKey(
  tx: Queryable,
  row: {
    id: string;
    organisation_id: string;
    name: string;
    digest: Buffer;
    prefix: string;
    permissions: string[];
    created_by: string;
    at: Date;
    expires_at: string | undefined;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO api_key (id, organisation_id, name, digest, prefix, permissions, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8, $9)`,
    [
      row.id, row.organisation_id, row.name, row.digest, row.prefix, JSON.stringify(row.permissions), row.created_by,
      row.at.toISOString(), row.expires_at ?? null,
    ], // biome-ignore format: as the statement reads
  );
}

/** Its name, or undefined when there is none that could be revoked. */
export async function revokeApiKeyRow(
  tx: Queryable,
  organisationId: string,
  id: string,
  at: Date,
): Promise<{ name: string } | undefined> {
  const [row] = await tx.query<{ name: string }>(
    "UPDATE api_key SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING name",
    [organisationId, id, at.toISOString()],
  );
  return row;
}

/** Who leaves takes the keys along that they made. */
export async function revokeApiKeysOf(
  tx: Queryable,
  organisationId: string,
  personId: string,
  at: Date,
): Promise<{ id: string; name: string }[]> {
  return tx.query(
    "UPDATE api_key SET revoked_at = $3 WHERE organisation_id = $1 AND created_by = $2 AND revoked_at IS NULL RETURNING id, name",
    [organisationId, personId, at.toISOString()],
  );
}

export async function touchApiKey(db: Queryable, id: string, at: Date, ip: string | undefined): Promise<void> {
  await db.query("UPDATE api_key SET last_used_at = $2, last_used_ip = $3 WHERE id = $1", [
    id,
    at.toISOString(),
    ip ?? null,
  ]);
}
