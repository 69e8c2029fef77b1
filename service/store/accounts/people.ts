import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

export interface Person {
  id: string;
  /** lower case */
  email: string;
  name: string;
  /** argon2id; absent: invited, and never set one */
  password_hash?: string;
  password_set_at?: string;
  created_at: string;
  last_sign_in_at?: string;
}

export async function findPersonByEmail(db: Queryable, email: string): Promise<Person | undefined> {
  const [row] = await db.query("SELECT * FROM person WHERE email = $1", [email]);
  return row && tidy<Person>(row);
}

export async function findPerson(db: Queryable, id: string): Promise<Person | undefined> {
  const [row] = await db.query("SELECT * FROM person WHERE id = $1", [id]);
  return row && tidy<Person>(row);
}

/** False when somebody has that address already. */
export async function insertPerson(
  tx: Queryable,
  person: { id: string; email: string; name: string; at: Date },
): Promise<boolean> {
  const rows = await tx.query(
    "INSERT INTO person (id, email, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING RETURNING 1",
    [person.id, person.email, person.name, person.at.toISOString()],
  );
  return rows.length > 0;
}

export async function storePassword(tx: Queryable, id: string, hash: string, at: Date): Promise<void> {
  await tx.query("UPDATE person SET password_hash = $2, password_set_at = $3 WHERE id = $1", [
    id,
    hash,
    at.toISOString(),
  ]);
}

export async function renamePerson(tx: Queryable, id: string, name: string): Promise<void> {
  await tx.query("UPDATE person SET name = $2 WHERE id = $1", [id, name]);
}

/** Somebody who was invited, never joined anywhere and now is invited nowhere is nobody. */
export async function forgetStranger(tx: Queryable, id: string): Promise<void> {
  await tx.query(
    `DELETE FROM person p WHERE p.id = $1 AND p.password_hash IS NULL
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM api_key k WHERE k.created_by = p.id)
       AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.person_id = p.id)`,
    [id],
  );
}

/** Can anybody at all sign in as an Owner? */
export async function hasOwner(db: Queryable): Promise<boolean> {
  return (await db.query("SELECT 1 FROM membership WHERE role = 'owner' AND joined_at IS NOT NULL LIMIT 1")).length > 0;
}
