import { Secret, TOTP } from "otpauth";
import { type TotpRow, takeRecoveryCode, takeTotpStep } from "../store/accounts/factors.ts";
import type { Queryable } from "../store/database.ts";
import type { Accounts } from "./context.ts";
import { digestOf } from "./tokens.ts";

const STEP_MS = 30_000;
/** a step before and after: clocks differ, and people take their time */
const WINDOW = 1;

export function newSecret(): string {
  return new Secret({ size: 20 }).base32;
}

export function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: "Vigil", label, secret: Secret.fromBase32(secret), digits: 6, period: STEP_MS / 1000 });
}

export function totpContext(personId: string): string {
  return `totp/${personId}`;
}

export type CodeResult = "right" | "recovery" | "wrong" | "replayed";

/** Judges a code and takes it: the same one again, or an older one, is refused (RFC 6238, 5.2). */
export async function takeCode(
  accounts: Accounts,
  tx: Queryable,
  person: { id: string; email: string },
  totp: TotpRow,
  code: string,
): Promise<CodeResult> {
  const now = accounts.store.clock();
  const typed = code.replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(typed)) {
    const recovered =
      totp.confirmed_at !== undefined && (await takeRecoveryCode(tx, person.id, recoveryDigest(person.id, typed), now));
    return recovered ? "recovery" : "wrong";
  }
  const secret = accounts.store.keys.open(totp.sealed, totpContext(person.id));
  const delta = totpOf(secret, person.email).validate({ token: typed, timestamp: now.getTime(), window: WINDOW });
  if (delta === null) return "wrong";
  const step = Math.floor(now.getTime() / STEP_MS) + delta;
  return (await takeTotpStep(tx, person.id, step)) ? "right" : "replayed";
}

export function recoveryDigest(personId: string, code: string): Buffer {
  return digestOf(`recovery/${personId}/${code.toLowerCase()}`);
}
