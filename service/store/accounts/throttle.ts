import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

/** A counter is forgotten this long after its last failure. */
const FORGET = "interval '24 hours'";

/**
 * Counts an attempt BEFORE it is judged, so that a hundred at once are not judged before the first has failed. Answers
 * how many have failed in a row with this one, or undefined while the key is blocked.
 */
export async function countAttempt(tx: Queryable, key: string, now: Date): Promise<number | undefined> {
  const [row] = await tx.query<{ failures: number }>(
    `INSERT INTO sign_in_throttle AS t (key, failures, last_failed_at, blocked_until) VALUES ($1, 1, $2::timestamptz, $2::timestamptz)
     ON CONFLICT (key) DO UPDATE SET last_failed_at = excluded.last_failed_at, told = false,
       failures = CASE WHEN t.last_failed_at < excluded.last_failed_at - ${FORGET} THEN 1 ELSE t.failures + 1 END
     WHERE t.blocked_until <= excluded.last_failed_at RETURNING failures`,
    [key, now.toISOString()],
  );
  return row?.failures;
}

export async function blockUntil(tx: Queryable, key: string, until: Date): Promise<void> {
  await tx.query("UPDATE sign_in_throttle SET blocked_until = $2 WHERE key = $1", [key, until.toISOString()]);
}

/** Until when it is blocked, and whether this is the first attempt that is told so (one entry of the log a block). */
export async function readBlock(
  tx: Queryable,
  key: string,
): Promise<{ blocked_until: string; first: boolean } | undefined> {
  const first = await tx.query("UPDATE sign_in_throttle SET told = true WHERE key = $1 AND NOT told RETURNING 1", [
    key,
  ]);
  const [row] = await tx.query("SELECT blocked_until FROM sign_in_throttle WHERE key = $1", [key]);
  return row && { ...tidy<{ blocked_until: string }>(row), first: first.length > 0 };
}

/** The attempt was no failure: it is taken back, what failed before stays counted. */
export async function takeBackAttempt(tx: Queryable, key: string, now: Date): Promise<void> {
  await tx.query(
    "UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = $2 WHERE key = $1",
    [key, now.toISOString()],
  );
}

export async function forgetAttempts(tx: Queryable, key: string): Promise<void> {
  await tx.query("DELETE FROM sign_in_throttle WHERE key = $1", [key]);
}

export async function isKnownDevice(db: Queryable, personId: string, digest: Buffer): Promise<boolean> {
  return (
    (await db.query("SELECT 1 FROM known_device WHERE person_id = $1 AND digest = $2", [personId, digest])).length > 0
  );
}

/** The newest ten of a person are kept. */
export async function rememberDevice(tx: Queryable, personId: string, digest: Buffer, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO known_device (person_id, digest, last_seen_at) VALUES ($1, $2, $3)
     ON CONFLICT (person_id, digest) DO UPDATE SET last_seen_at = excluded.last_seen_at`,
    [personId, digest, at.toISOString()],
  );
  await tx.query(
    `DELETE FROM known_device WHERE person_id = $1 AND digest NOT IN
       (SELECT digest FROM known_device WHERE person_id = $1 ORDER BY last_seen_at DESC, digest LIMIT 10)`,
    [personId],
  );
}

export async function forgetDevices(tx: Queryable, personId: string): Promise<void> {
  await tx.query("DELETE FROM known_device WHERE person_id = $1", [personId]);
}

/** What is over and done with: ended sign-ins, used links, old counters. Idempotent. */
export async function tidyAccounts(db: Queryable, now: Date, idleSince: Date): Promise<void> {
  const at = now.toISOString();
  await db.query("DELETE FROM sign_in WHERE expires_at < $1 OR last_seen_at < $2", [at, idleSince.toISOString()]);
  await db.query(`DELETE FROM one_time_link WHERE expires_at < $1::timestamptz - interval '30 days'`, [at]);
  await db.query(
    `DELETE FROM sign_in_throttle WHERE last_failed_at < $1::timestamptz - ${FORGET} AND blocked_until < $1`,
    [at],
  );
}
