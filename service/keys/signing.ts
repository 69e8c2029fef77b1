import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/* Ed25519 through node's crypto, keys as 32 bytes hex: what Odoo's side and the Python verifier read. */

const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export interface SigningKey {
  publicKey: string;
  /** PKCS#8 DER, base64: only ever stored sealed */
  privateKey: string;
}

export function makeSigningKey(): SigningKey {
  const pair = generateKeyPairSync("ed25519");
  return {
    publicKey: hexOf(pair.publicKey),
    privateKey: pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  };
}

export function loadPrivateKey(privateKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
}

export function hexOf(publicKey: KeyObject): string {
  return publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length).toString("hex");
}

export function publicHexOf(privateKey: KeyObject): string {
  return hexOf(createPublicKey(privateKey));
}

export function signWith(privateKey: KeyObject, message: Uint8Array): string {
  return sign(null, message, privateKey).toString("hex");
}

/** False for anything that is not a signature, also for malformed keys. */
export function verifyWith(publicKey: string, message: Uint8Array, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "hex")]),
      format: "der",
      type: "spki",
    });
    return verify(null, message, key, Buffer.from(signature, "hex"));
  } catch {
    return false;
  }
}
