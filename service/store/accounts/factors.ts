import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

/* Second factors: the authenticator's secret (sealed), recovery codes (digests), passkeys (public keys). */

export interface TotpRow {
  sealed: Buffer;
  confirmed_at?: string;
  /** the time step of the last code that was taken */
  last_step: number;
}

export async function findTotp(db: Queryable, personId: string): Promise<TotpRow | undefined> {
  const [row] = await db.query("SELECT sealed, confirmed_at, last_step FROM totp WHERE person_id = $1", [personId]);
  return row && tidy<TotpRow>(row);
}

/** False when a confirmed one is there: that must be turned off first. */
export async function storeTotp(tx: Queryable, personId: string, sealed: Buffer, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO totp (person_id, sealed, created_at) VALUES ($1, $2, $3)
     ON CONFLICT (person_id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at, last_step = 0
     WHERE totp.confirmed_at IS NULL RETURNING 1`,
    [personId, sealed, at.toISOString()],
  );
  return rows.length > 0;
}

/** A code is taken once: false when one of this time step or a later one was. */
export async function takeTotpStep(tx: Queryable, personId: string, step: number): Promise<boolean> {
  const rows = await tx.query(
    "UPDATE totp SET last_step = $2 WHERE person_id = $1 AND last_step < $2::bigint RETURNING 1",
    [personId, step],
  );
  return rows.length > 0;
}

export async function confirmTotp(tx: Queryable, personId: string, codes: Buffer[], at: Date): Promise<void> {
  await tx.query("UPDATE totp SET confirmed_at = $2 WHERE person_id = $1", [personId, at.toISOString()]);
  await tx.query("DELETE FROM recovery_code WHERE person_id = $1", [personId]);
  for (const digest of codes)
    await tx.query("INSERT INTO recovery_code (person_id, digest) VALUES ($1, $2)", [personId, digest]);
}

export async function deleteTotp(tx: Queryable, personId: string): Promise<boolean> {
  await tx.query("DELETE FROM recovery_code WHERE person_id = $1", [personId]);
  return (await tx.query("DELETE FROM totp WHERE person_id = $1 RETURNING 1", [personId])).length > 0;
}

export async function takeRecoveryCode(tx: Queryable, personId: string, digest: Buffer, at: Date): Promise<boolean> {
  const rows = await tx.query(
    "UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND digest = $2 AND used_at IS NULL RETURNING 1",
    [personId, digest, at.toISOString()],
  );
  return rows.length > 0;
}

export async function countRecoveryCodes(db: Queryable, personId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "SELECT count(*) AS count FROM recovery_code WHERE person_id = $1 AND used_at IS NULL",
    [personId],
  );
  return row!.count;
}

export interface PasskeyRow {
  id: string;
  person_id: string;
  public_key: Buffer;
  counter: number;
  /** JSON */
  transports: string;
  name: string;
  synced: boolean;
  created_at: string;
  last_used_at?: string;
}

export async function listPasskeyRows(db: Queryable, personId: string): Promise<PasskeyRow[]> {
  return (await db.query("SELECT * FROM passkey WHERE person_id = $1 ORDER BY created_at, id", [personId])).map(
    tidy<PasskeyRow>,
  );
}

export async function findPasskey(db: Queryable, id: string): Promise<PasskeyRow | undefined> {
  const [row] = await db.query("SELECT * FROM passkey WHERE id = $1", [id]);
  return row && tidy<PasskeyRow>(row);
}

export async function insertPasskey(tx: Queryable, row: Omit<PasskeyRow, "last_used_at">): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO passkey (id, person_id, public_key, counter, transports, name, synced, created_at)
     VALUES ($1, $2, $3, $4, $5::json, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1`,
    [row.id, row.person_id, row.public_key, row.counter, row.transports, row.name, row.synced, row.created_at],
  );
  return rows.length > 0;
}

export async function storePasskeyUse(tx: Queryable, id: string, counter: number, at: Date): Promise<void> {
  await tx.query("UPDATE passkey SET counter = $2, last_used_at = $3 WHERE id = $1", [id, counter, at.toISOString()]);
}

export async function deletePasskey(tx: Queryable, personId: string, id: string): Promise<PasskeyRow | undefined> {
  const [row] = await tx.query("DELETE FROM passkey WHERE person_id = $1 AND id = $2 RETURNING *", [personId, id]);
  return row && tidy<PasskeyRow>(row);
}

/** Old ones go with each new one: the table stays as long as people are signing in. */
export async function insertChallenge(
  db: Queryable,
  row: { challenge: string; person_id: string | undefined; at: Date; expires_at: Date },
): Promise<void> {
  await db.query(
    "WITH old AS (DELETE FROM webauthn_challenge WHERE expires_at < $4) INSERT INTO webauthn_challenge (challenge, person_id, expires_at) VALUES ($1, $2, $3)",
    [row.challenge, row.person_id ?? null, row.expires_at.toISOString(), row.at.toISOString()],
  );
}

/** A challenge is answered once, and by whom it was made for (nobody yet, when signing in). */
export async function takeChallenge(
  db: Queryable,
  challenge: string,
  personId: string | undefined,
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    "DELETE FROM webauthn_challenge WHERE challenge = $1 AND person_id IS NOT DISTINCT FROM $2::uuid AND expires_at > $3 RETURNING 1",
    [challenge, personId ?? null, now.toISOString()],
  );
  return rows.length > 0;
}
