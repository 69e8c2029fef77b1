import { handOver } from "../keys/handover.ts";
import { type Keyring, openKeyring, type StoredKey, sealSigningKey } from "../keys/keyring.ts";
import { KeyError, seal, unseal } from "../keys/secret.ts";
import { loadPrivateKey, makeSigningKey } from "../keys/signing.ts";
import type { Database } from "./database.ts";

const ALL = "SELECT public_key, sealed, current, handover FROM signing_key ORDER BY created_at";

/** The keys of this store; the first start makes the signing key. Services that share a store share its keys. */
export async function loadKeyring(database: Database, secret: Buffer, now: Date): Promise<Keyring> {
  return database.ownerTransaction(async (tx) => {
    await tx.query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE");
    let rows = await tx.query<StoredKey>(ALL);
    if (rows.length === 0) {
      const key = makeSigningKey();
      await tx.query("INSERT INTO signing_key (public_key, sealed, current, created_at) VALUES ($1, $2, true, $3)", [
        key.publicKey,
        sealSigningKey(secret, key),
        now.toISOString(),
      ]);
      rows = await tx.query<StoredKey>(ALL);
    }
    return openKeyring(secret, rows);
  });
}

/**
 * A new signing key, which the current one hands over to; what was signed stays valid, and Odoo takes the new one by the
 * handover. Services that are open sign with the old key until they are opened again. Answers the new public key.
 */
export async function rotateSigningKey(database: Database, secret: Buffer, keys: Keyring, now: Date): Promise<string> {
  const key = makeSigningKey();
  const handover = handOver(keys, { publicKey: key.publicKey, privateKey: loadPrivateKey(key.privateKey) });
  await database.ownerTransaction(async (tx) => {
    await tx.query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE");
    const retired = await tx.query(
      "UPDATE signing_key SET current = false WHERE current AND public_key = $1 RETURNING 1",
      [keys.publicKey],
    );
    if (retired.length === 0) throw new KeyError("The signing key was changed meanwhile: run the command again.");
    await tx.query(
      "INSERT INTO signing_key (public_key, sealed, current, created_at, handover) VALUES ($1, $2, true, $3, $4::json)",
      [key.publicKey, sealSigningKey(secret, key), now.toISOString(), JSON.stringify(handover)],
    );
  });
  return key.publicKey;
}

/** Seals everything anew under another secret, in one transaction. The store must be opened again with it. */
export async function rotateSecret(database: Database, from: Buffer, to: Buffer): Promise<void> {
  await database.ownerTransaction(async (tx) => {
    for (const row of await tx.query<StoredKey>(ALL)) {
      const context = `signing/${row.public_key}`;
      await tx.query("UPDATE signing_key SET sealed = $2 WHERE public_key = $1", [
        row.public_key,
        seal(to, unseal(from, row.sealed, context), context),
      ]);
    }
    for (const row of await tx.query<{ id: string; sealed: Uint8Array }>("SELECT id, sealed FROM credential")) {
      await tx.query("UPDATE credential SET sealed = $2 WHERE id = $1", [
        row.id,
        seal(to, unseal(from, row.sealed, row.id), row.id),
      ]);
    }
    // a key on its way in is short-lived: it is asked for again, so that no third kind of secret needs care here
    await tx.query(
      "UPDATE key_rotation SET step = 'done', sealed = NULL, error = NULL WHERE step IN ('asked', 'received')",
    );
    for (const row of await tx.query<{ id: string; sealed: Uint8Array }>("SELECT person_id AS id, sealed FROM totp")) {
      await tx.query("UPDATE totp SET sealed = $2 WHERE person_id = $1", [
        row.id,
        seal(to, unseal(from, row.sealed, `totp/${row.id}`), `totp/${row.id}`),
      ]);
    }
  });
}
