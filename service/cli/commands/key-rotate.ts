import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { loadSecret } from "../../keys/secret.ts";
import { rotateSecret, rotateSigningKey } from "../../store/keys.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { givenSecret } from "../open-store.ts";

/**
 * `vigil key rotate --signing`: another key signs from now on, and the old one has signed that it does.
 * `vigil key rotate`: seals the credentials and the signing keys anew under another secret, in one transaction.
 * With the key file of the data folder the new secret is made here: written beside the old one first, then the store
 * is changed, then the file is renamed. A crash before the change leaves the old file right; a crash after it leaves
 * `secret.key.next`, which has to be renamed by hand.
 */
export const keyRotate: Command = async ({ store, settings, terminal, now }, { options }) => {
  const given = givenSecret(settings);
  const current = loadSecret(settings.dataDir, given);
  if (options.signing) {
    const key = await rotateSigningKey(store.database, current, store.keys, now());
    await terminal.out(
      `Checkpoints are signed with the new key ${key} from now on. What ${store.keys.publicKey} signed stays valid, and each Odoo takes the new one with the next acknowledgement. Restart each service that uses this store.\n`,
    );
    return EXIT.success;
  }
  if (given !== undefined) {
    if (!settings.nextSecretKey) {
      throw usage("Set VIGIL_SECRET_KEY_NEXT to the new key and repeat; afterwards make it VIGIL_SECRET_KEY.");
    }
    await rotateSecret(store.database, current, loadSecret(settings.dataDir, settings.nextSecretKey));
    await terminal.out(
      "Everything is sealed under the new key. Now set VIGIL_SECRET_KEY to it, unset VIGIL_SECRET_KEY_NEXT, and restart each service.\n",
    );
    return EXIT.success;
  }
  const path = join(settings.dataDir, "secret.key");
  const next = settings.nextSecretKey ?? randomBytes(32).toString("hex");
  writeDurably(`${path}.next`, `${next}\n`);
  await rotateSecret(store.database, current, loadSecret(settings.dataDir, next));
  renameSync(`${path}.next`, path);
  await terminal.out(
    `Everything is sealed under a new key, which is in ${path}; keep a copy of it apart from the backups of the store.\n`,
  );
  return EXIT.success;
};

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
}
