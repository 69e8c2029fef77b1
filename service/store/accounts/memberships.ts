import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

/** A person in an organisation, with what their role means there. */
export interface MemberRow {
  organisation_id: string;
  organisation: string;
  person_id: string;
  email: string;
  name: string;
  /** key of a system role or id of a custom one */
  role: string;
  /** of a custom role */
  role_name?: string;
  /** of a custom role: JSON */
  role_permissions?: string;
  invited_at: string;
  joined_at?: string;
  last_sign_in_at?: string;
  totp_enabled: boolean;
  passkeys: number;
}

const SELECT = `SELECT m.organisation_id, o.name AS organisation, m.person_id, p.email, p.name, m.role, r.name AS role_name,
    r.permissions AS role_permissions, m.invited_at, m.joined_at, p.last_sign_in_at,
    EXISTS (SELECT 1 FROM totp t WHERE t.person_id = p.id AND t.confirmed_at IS NOT NULL) AS totp_enabled,
    (SELECT count(*) FROM passkey k WHERE k.person_id = p.id) AS passkeys
  FROM membership m JOIN organisation o ON o.id = m.organisation_id JOIN person p ON p.id = m.person_id
  LEFT JOIN role r ON r.organisation_id = m.organisation_id AND r.id::text = m.role`;

export async function listMembers(db: Queryable, organisationId: string): Promise<MemberRow[]> {
  const rows = await db.query(`${SELECT} WHERE m.organisation_id = $1 ORDER BY p.name, p.email`, [organisationId]);
  return rows.map(tidy<MemberRow>);
}

/** Those that were joined, the oldest first. */
export async function membershipsOf(db: Queryable, personId: string): Promise<MemberRow[]> {
  const rows = await db.query(
    `${SELECT} WHERE m.person_id = $1 AND m.joined_at IS NOT NULL ORDER BY m.joined_at, m.organisation_id`,
    [personId],
  );
  return rows.map(tidy<MemberRow>);
}

export async function findMember(
  db: Queryable,
  organisationId: string,
  personId: string,
): Promise<MemberRow | undefined> {
  const [row] = await db.query(`${SELECT} WHERE m.organisation_id = $1 AND m.person_id = $2`, [
    organisationId,
    personId,
  ]);
  return row && tidy<MemberRow>(row);
}

/** False when the person is in it already. */
export async function insertMembership(
  tx: Queryable,
  row: { organisation_id: string; person_id: string; role: string; invited_by: string; at: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO membership (organisation_id, person_id, role, invited_at, invited_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [row.organisation_id, row.person_id, row.role, row.at.toISOString(), row.invited_by],
  );
  return rows.length > 0;
}

export async function joinMembership(
  tx: Queryable,
  organisationId: string,
  personId: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    "UPDATE membership SET joined_at = $3 WHERE organisation_id = $1 AND person_id = $2 AND joined_at IS NULL RETURNING 1",
    [organisationId, personId, at.toISOString()],
  );
  return rows.length > 0;
}

export async function storeRole(tx: Queryable, organisationId: string, personId: string, role: string): Promise<void> {
  await tx.query("UPDATE membership SET role = $3 WHERE organisation_id = $1 AND person_id = $2", [
    organisationId,
    personId,
    role,
  ]);
}

export async function deleteMembership(tx: Queryable, organisationId: string, personId: string): Promise<void> {
  await tx.query("DELETE FROM membership WHERE organisation_id = $1 AND person_id = $2", [organisationId, personId]);
}

/**
 * Holds every membership of the organisation until the transaction ends, and answers who its Owners are: two that
 * remove each other at the same moment are served one after the other, and the second is refused.
 */
export async function lockOwners(tx: Queryable, organisationId: string): Promise<string[]> {
  const rows = await tx.query<{ person_id: string; role: string; joined: boolean }>(
    `SELECT person_id, role, joined_at IS NOT NULL AS joined FROM membership WHERE organisation_id = $1
     ORDER BY person_id FOR UPDATE`,
    [organisationId],
  );
  return rows.filter((row) => row.role === "owner" && row.joined).map((row) => row.person_id);
}
