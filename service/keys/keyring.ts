/** The service's keys: one secret (seals credentials), one Ed25519 key pair (signs checkpoints and acknowledgements). */
export interface Keyring {
  /** Ed25519, hex; the consumer that Odoo pins */
  readonly publicKey: string;
  /** all keys this service ever signed with */
  readonly trusted: ReadonlySet<string>;
  /** hex */
  sign(message: Uint8Array): string;
  verify(message: Uint8Array, signature: string, publicKey: string): boolean;
  /** AES-256-GCM, bound to `context` (the row's id): the sealed bytes of another row do not open */
  seal(plain: string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): string;
}
