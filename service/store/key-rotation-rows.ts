import { randomUUID } from "node:crypto";
import type { Store } from "./types.ts";

/**
 * Where the change of an instance's API key stands
 *   asked     Odoo is being asked for a new key; a crash here may leave one there that nobody knows: it is asked again
 *   received  the new key lies here sealed, the old one is still the credential
 *   stored    the new key is the credential, the old one still works in Odoo
 *   done      the old one is revoked, or the change was given up (`error` says why)
 */
export type RotationStep = "asked" | "received" | "stored" | "done";

export interface RotationRow {
  instance_id: string;
  id: string;
  step: RotationStep;
  old_key_id: string | null;
  new_key_id: string | null;
  sealed: Buffer | null;
  expires_at: string | null;
  error: string | null;
  changed_at: string;
}

export async function readRotation(store: Store, instanceId: string): Promise<RotationRow | undefined> {
  return (
    await store.database.query<RotationRow>(
      "SELECT instance_id, id, step, old_key_id, new_key_id, sealed, expires_at, error, changed_at FROM key_rotation WHERE instance_id = $1",
      [instanceId],
    )
  )[0];
}

/** Begins a change: answers false when another service is at it. */
export async function beginRotation(store: Store, instanceId: string, oldKeyId: number): Promise<boolean> {
  const rows = await store.database.query(
    `INSERT INTO key_rotation AS k (instance_id, id, step, old_key_id, started_at, changed_at) VALUES ($1, $2, 'asked', $3, $4, $4)
     ON CONFLICT (instance_id) DO UPDATE SET id = excluded.id, step = 'asked', old_key_id = excluded.old_key_id, new_key_id = NULL,
       sealed = NULL, error = NULL, started_at = excluded.started_at, changed_at = excluded.changed_at
     WHERE k.step = 'done' OR (k.step = 'asked' AND k.changed_at < $5) RETURNING 1`,
    [
      instanceId,
      randomUUID(),
      String(oldKeyId),
      store.clock().toISOString(),
      new Date(store.clock().getTime() - 10 * 60_000).toISOString(),
    ],
  );
  return rows.length > 0;
}

export async function storeReceivedKey(
  store: Store,
  instanceId: string,
  received: { key: string; key_id: number },
): Promise<void> {
  const row = (await readRotation(store, instanceId))!;
  await store.database.query(
    "UPDATE key_rotation SET step = 'received', new_key_id = $2, sealed = $3, changed_at = $4 WHERE instance_id = $1 AND step = 'asked'",
    [
      instanceId,
      String(received.key_id),
      store.keys.seal(received.key, rotationContext(row.id)),
      store.clock().toISOString(),
    ],
  );
}

/** The key that was received; it opens under this row only. */
export function openReceivedKey(store: Store, row: RotationRow): string {
  return store.keys.open(row.sealed!, rotationContext(row.id));
}

export function rotationContext(id: string): string {
  return `rotation/${id}`;
}

/** The new key becomes the credential and the step `stored`, in ONE transaction: no moment knows neither. */
export async function storeNewCredential(store: Store, instanceId: string, key: string): Promise<void> {
  const id = randomUUID();
  const now = store.clock().toISOString();
  await store.database.transaction(async (tx) => {
    await tx.query("DELETE FROM credential WHERE instance_id = $1", [instanceId]);
    await tx.query(
      "INSERT INTO credential (id, organisation_id, instance_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5)",
      [id, store.organisationId, instanceId, store.keys.seal(key, id), now],
    );
    await tx.query(
      "UPDATE key_rotation SET step = 'stored', sealed = NULL, changed_at = $2 WHERE instance_id = $1 AND step = 'received'",
      [instanceId, now],
    );
  });
}

export async function finishRotation(store: Store, instanceId: string, error: string | null): Promise<void> {
  await store.database.query(
    "UPDATE key_rotation SET step = 'done', sealed = NULL, error = $2, changed_at = $3 WHERE instance_id = $1",
    [instanceId, error, store.clock().toISOString()],
  );
}

/** What was last heard of the key: when it expires, and why it cannot be changed by itself. */
export async function storeKeyStatus(
  store: Store,
  instanceId: string,
  status: { expires_at: string | null; error: string | null },
): Promise<void> {
  const now = store.clock().toISOString();
  await store.database.query(
    `INSERT INTO key_rotation AS k (instance_id, id, step, expires_at, error, started_at, changed_at) VALUES ($1, $2, 'done', $3, $4, $5, $5)
     ON CONFLICT (instance_id) DO UPDATE SET expires_at = excluded.expires_at, error = excluded.error WHERE k.step = 'done'`,
    [instanceId, randomUUID(), status.expires_at, status.error, now],
  );
}
