import { randomBytes } from "node:crypto";
import { confirmTotp, deleteTotp, findTotp, storeTotp } from "../store/accounts/factors.ts";
import { noteSignIn } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { AccountError, InTheWay, NoSuchThing } from "./errors.ts";
import { confirmPassword, confirmPresence, personOf } from "./password-change.ts";
import type { Principal } from "./principal.ts";
import { newSecret, recoveryDigest, takeCode, totpContext, totpOf } from "./totp-code.ts";

const CODES = 10;
/** without letters that look like others: 10 of them are 49 bits, and each is tried against one account only */
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";

/**
 * Begins: the secret for the authenticator. It counts only when a code has shown that it arrived. Throws InTheWay, and
 * what `confirmPresence` throws.
 */
export async function offerTotp(
  accounts: Accounts,
  principal: Principal,
  password: string | undefined,
): Promise<{ secret: string; otpauth_url: string }> {
  const { store } = accounts;
  const person = await personOf(accounts, principal);
  await confirmPresence(accounts, person, password);
  const secret = newSecret();
  const sealed = store.keys.seal(secret, totpContext(person.id));
  if (!(await store.database.transaction((tx) => storeTotp(tx, person.id, sealed, store.clock()))))
    throw new InTheWay("An authenticator is set up already; turn it off first.");
  return { secret, otpauth_url: totpOf(secret, person.email).toString() };
}

/** Answers the recovery codes, for this once. Throws NoSuchThing, InTheWay, AccountError. */
export async function enableTotp(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  code: string,
): Promise<{ recovery_codes: string[] }> {
  const { store } = accounts;
  const person = await personOf(accounts, principal);
  const recovery_codes = Array.from({ length: CODES }, newRecoveryCode);
  await store.database.transaction(async (tx) => {
    const totp = await findTotp(tx, person.id);
    if (totp === undefined)
      throw new NoSuchThing("There is no authenticator to confirm; begin with POST /api/auth/totp.");
    if (totp.confirmed_at !== undefined) throw new InTheWay("This authenticator is confirmed already.");
    if ((await takeCode(accounts, tx, person, totp, code)) !== "right")
      throw new AccountError("The code is not right; check that the clock of your device is, and take the next code.");
    const digests = recovery_codes.map((text) => recoveryDigest(person.id, text.replaceAll("-", "")));
    await confirmTotp(tx, person.id, digests, store.clock());
    await noteSignIn(accounts, tx, person, visit, { action: "auth.totp_enabled" });
  });
  return { recovery_codes };
}

/** Asks for the password again. Throws WrongCredentials, NoSuchThing. */
export async function disableTotp(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  password: string,
): Promise<void> {
  const person = await personOf(accounts, principal);
  await confirmPassword(accounts, person, password);
  await accounts.store.database.transaction(async (tx) => {
    if (!(await deleteTotp(tx, person.id))) throw new NoSuchThing("There is no authenticator to turn off.");
    await noteSignIn(accounts, tx, person, visit, { action: "auth.totp_disabled" });
  });
}

function newRecoveryCode(): string {
  let text = "";
  while (text.length < 10) {
    const byte = randomBytes(1)[0]!;
    if (byte < 248) text += LETTERS[byte % LETTERS.length]; // 248 = 8 × 31: each letter as likely as the others
  }
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}
