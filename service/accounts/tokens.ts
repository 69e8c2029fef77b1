import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits, safe in addresses and cookies. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a token. It is random, so a fast hash is enough; a copy of the database opens nothing. */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Bound to the sign-in, and of no use to find its token: nothing of it is stored. */
export function csrfOf(token: string): string {
  return createHash("sha256").update(`vigil/csrf/${token}`).digest("base64url");
}

export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}
