import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

export interface SignInRow {
  id: string;
  person_id: string;
  method: string;
  ip?: string;
  user_agent?: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

/** A live sign-in and one membership of its person; nothing of a membership where there is none. */
export interface SignedIn extends SignInRow {
  email: string;
  name: string;
  organisation_id?: string;
  organisation?: string;
  role?: string;
  role_name?: string;
  role_permissions?: string;
}

export async function insertSignIn(
  tx: Queryable,
  row: {
    id: string;
    person_id: string;
    token_digest: Buffer;
    method: string;
    ip: string | undefined;
    user_agent: string | undefined;
    at: Date;
    expires_at: Date;
  },
): Promise<void> {
  const at = row.at.toISOString();
  await tx.query(
    `INSERT INTO sign_in (id, person_id, token_digest, method, ip, user_agent, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [
      row.id, row.person_id, row.token_digest, row.method, row.ip ?? null, row.user_agent ?? null, at,
      row.expires_at.toISOString(),
    ], // biome-ignore format: as the statement reads
  );
  await tx.query("UPDATE person SET last_sign_in_at = $2 WHERE id = $1", [row.person_id, at]);
}

/**
 * Who this cookie belongs to, with every membership: one statement for each request of a browser. By the unique index
 * of the digest, then by primary keys: 0.05 ms on PostgreSQL.
 */
export async function findSignedIn(db: Queryable, digest: Buffer, now: Date, idleSince: Date): Promise<SignedIn[]> {
  const rows = await db.query(
    `SELECT s.id, s.person_id, s.method, s.ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at, p.email, p.name,
       m.organisation_id, o.name AS organisation, m.role, r.name AS role_name, r.permissions AS role_permissions
     FROM sign_in s JOIN person p ON p.id = s.person_id
     LEFT JOIN membership m ON m.person_id = p.id AND m.joined_at IS NOT NULL
     LEFT JOIN organisation o ON o.id = m.organisation_id
     LEFT JOIN role r ON r.organisation_id = m.organisation_id AND r.id::text = m.role
     WHERE s.token_digest = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 ORDER BY m.joined_at, m.organisation_id`,
    [digest, now.toISOString(), idleSince.toISOString()],
  );
  return rows.map(tidy<SignedIn>);
}

export async function touchSignIn(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query("UPDATE sign_in SET last_seen_at = $2 WHERE id = $1", [id, at.toISOString()]);
}

export async function listSignIns(db: Queryable, personId: string, now: Date, idleSince: Date): Promise<SignInRow[]> {
  const rows = await db.query(
    `SELECT id, person_id, method, ip, user_agent, created_at, last_seen_at, expires_at FROM sign_in
     WHERE person_id = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id`,
    [personId, now.toISOString(), idleSince.toISOString()],
  );
  return rows.map(tidy<SignInRow>);
}

/** When somebody proved who they are, ISO. */
export async function signInBegan(db: Queryable, id: string): Promise<string | undefined> {
  const rows = await db.query("SELECT created_at FROM sign_in WHERE id = $1", [id]);
  return rows.map(tidy<Pick<SignInRow, "created_at">>)[0]?.created_at;
}

/** False when that person has no such sign-in. */
export async function deleteSignIn(tx: Queryable, personId: string, id: string): Promise<boolean> {
  const rows = await tx.query("DELETE FROM sign_in WHERE person_id = $1 AND id = $2 RETURNING 1", [personId, id]);
  return rows.length > 0;
}

/** Ends all of a person's, but for `keep`; answers how many. */
export async function deleteSignIns(tx: Queryable, personId: string, keep?: string): Promise<number> {
  const rows = await tx.query(
    "DELETE FROM sign_in WHERE person_id = $1 AND ($2::uuid IS NULL OR id <> $2::uuid) RETURNING 1",
    [personId, keep ?? null],
  );
  return rows.length;
}
