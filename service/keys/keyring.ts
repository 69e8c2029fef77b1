import type { KeyObject } from "node:crypto";
import type { Handover } from "./handover.ts";
import { seal, unseal } from "./secret.ts";
import { loadPrivateKey, publicHexOf, type SigningKey, signWith, verifyWith } from "./signing.ts";

/** The service's keys: one secret (seals credentials), one Ed25519 key pair (signs checkpoints and acknowledgements). */
export interface Keyring {
  /** Ed25519, hex; the consumer that Odoo pins */
  readonly publicKey: string;
  /** all keys this service ever signed with */
  readonly trusted: ReadonlySet<string>;
  /** from each key to the next one: how others come to trust the current one */
  readonly handovers: readonly Handover[];
  /** hex */
  sign(message: Uint8Array): string;
  /** false also when the key is none of ours */
  verify(message: Uint8Array, signature: string, publicKey: string): boolean;
  /** AES-256-GCM, bound to `context` (the row's id): the sealed bytes of another row do not open */
  seal(plain: string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): string;
}

export interface StoredKey {
  public_key: string;
  sealed: Uint8Array;
  current: boolean;
  /** JSON; absent for the first one */
  handover: string | null;
}

/**
 * Opens the stored signing keys. A key is trusted because its private half opens under the secret and belongs to it:
 * whoever can only write to the database cannot add one. Throws KeyError when the secret is wrong.
 */
export function openKeyring(secret: Buffer, stored: StoredKey[]): Keyring {
  const trusted = new Set<string>();
  let current: { privateKey: KeyObject; publicKey: string } | undefined;
  for (const row of stored) {
    const privateKey = loadPrivateKey(unseal(secret, row.sealed, signingContext(row.public_key)));
    if (publicHexOf(privateKey) !== row.public_key) continue;
    trusted.add(row.public_key);
    if (row.current) current = { privateKey, publicKey: row.public_key };
  }
  if (current === undefined) throw new Error("no current signing key");
  const { privateKey, publicKey } = current;
  return {
    publicKey,
    trusted,
    handovers: stored.flatMap((row) => (row.handover === null ? [] : [JSON.parse(row.handover) as Handover])),
    sign: (message) => signWith(privateKey, message),
    verify: (message, signature, key) => trusted.has(key) && verifyWith(key, message, signature),
    seal: (plain, context) => seal(secret, plain, context),
    open: (sealed, context) => unseal(secret, sealed, context),
  };
}

export function sealSigningKey(secret: Buffer, key: SigningKey): Buffer {
  return seal(secret, key.privateKey, signingContext(key.publicKey));
}

function signingContext(publicKey: string): string {
  return `signing/${publicKey}`;
}
