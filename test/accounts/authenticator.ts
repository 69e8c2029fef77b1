import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** An authenticator in software: ES256, user verified, attestation "none". What a browser would send. */
export class Authenticator {
  readonly id = randomBytes(16);
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly origin: string;
  counter = 0;
  verified = true;
  constructor(origin: string) {
    this.origin = origin;
  }

  create(options: { challenge: string; rp: { id: string } }): object {
    const jwk = this.#keys.publicKey.export({ format: "jwk" });
    const point = (text: string | undefined): Uint8Array<ArrayBuffer> =>
      new Uint8Array(Buffer.from(text!, "base64url"));
    const cose = new Map<number, number | Uint8Array<ArrayBuffer>>([
      [1, 2], [3, -7], [-1, 1], [-2, point(jwk.x)], [-3, point(jwk.y)],
    ]); // biome-ignore format: a COSE key
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, isoCBOR.encode(cose)]);
    const authData = new Uint8Array(Buffer.concat([this.#head(options.rp.id, 0x40), credential]));
    const attestation = new Map<string, string | Uint8Array<ArrayBuffer> | Map<string, string>>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]);
    return this.#answer({
      clientDataJSON: this.#client("webauthn.create", options.challenge).toString("base64url"),
      attestationObject: Buffer.from(isoCBOR.encode(attestation)).toString("base64url"),
      transports: ["internal"],
    });
  }

  get(options: { challenge: string; rpId: string }): object {
    this.counter++;
    const client = this.#client("webauthn.get", options.challenge);
    const data = this.#head(options.rpId, 0);
    const signed = Buffer.concat([data, createHash("sha256").update(client).digest()]);
    return this.#answer({
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#keys.privateKey).toString("base64url"),
    });
  }

  #answer(response: object): object {
    const id = this.id.toString("base64url");
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  #client(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #head(rpId: string, flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const present = 0x01 | (this.verified ? 0x04 : 0);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.of(present | flags), counter]);
  }
}
