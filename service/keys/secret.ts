import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A key is missing, wrong, or does not open what it is asked to open. */
export class KeyError extends Error {
  override name = "KeyError";
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The 32 bytes that seal everything, from VIGIL_SECRET_KEY or from `dataDir/secret.key`, which is made when missing. */
export function loadSecret(dataDir: string, secretKey: string | undefined): Buffer {
  const text = secretKey ?? readOrMake(join(dataDir, "secret.key"));
  if (text.trim().length < 16) {
    throw new KeyError("The secret key is shorter than 16 characters: set VIGIL_SECRET_KEY to a long random text.");
  }
  return Buffer.from(hkdfSync("sha256", text.trim(), "vigil", "vigil/secret/1", 32));
}

function readOrMake(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  try {
    const fd = openSync(path, "wx", 0o600);
    writeSync(fd, `${randomBytes(32).toString("hex")}\n`);
    fsyncSync(fd);
    closeSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // made by another process meanwhile
  }
  return readFileSync(path, "utf8");
}

/** AES-256-GCM: version, iv, tag, ciphertext; `context` is authenticated, so that rows cannot be swapped. */
export function seal(secret: Buffer, plain: string, context: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", secret, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]);
}

/** Throws KeyError when the secret is another one, or the bytes are those of another row. */
export function unseal(secret: Buffer, sealed: Uint8Array, context: string): string {
  try {
    if (sealed[0] !== VERSION) throw new Error("version");
    const iv = sealed.subarray(1, 1 + IV_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", secret, iv).setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      "utf8",
    );
  } catch {
    throw new KeyError(
      "A stored secret does not open with this key: set VIGIL_SECRET_KEY to the one it was stored with.",
    );
  }
}
