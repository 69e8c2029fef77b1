import { findTotp } from "../store/accounts/factors.ts";
import { membershipsOf } from "../store/accounts/memberships.ts";
import { findPersonByEmail, type Person } from "../store/accounts/people.ts";
import { isKnownDevice } from "../store/accounts/throttle.ts";
import { noteSignIn } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { normalEmail } from "./email.ts";
import { TooManyAttempts, TotpRequired, WrongCredentials } from "./errors.ts";
import { verifyPassword } from "./passwords.ts";
import { type SignedIn, startSignIn } from "./start.ts";
import { attemptOf, begin, succeed, undo } from "./throttle.ts";
import { digestOf } from "./tokens.ts";
import { takeCode } from "./totp-code.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Signs in by password, with the code of an authenticator (or a recovery code) where one is set up. Every question to
 * the store and the hash are the same for an address that nobody has. Throws WrongCredentials, TotpRequired,
 * TooManyAttempts; each failure is in the log with its reason.
 */
export async function login(
  accounts: Accounts,
  visit: Visit,
  given: { email: string; password: string; code?: string | undefined },
): Promise<SignedIn> {
  const { store } = accounts;
  const { database } = store;
  const email = normalEmail(given.email);
  const person = await findPersonByEmail(database, email);
  const id = person?.id ?? NOBODY;
  const device = digestOf(visit.device ?? "");
  const known = visit.device !== undefined && (await isKnownDevice(database, id, device));
  const organisations = (await membershipsOf(database, id)).map((row) => row.organisation_id);
  const who = { id: person?.id, name: person?.name, email, organisations };
  const fail = (reason: string, method: string) =>
    database.transaction((tx) =>
      noteSignIn(accounts, tx, who, visit, { action: "auth.login_failed", success: false, reason, method }),
    );

  const attempt = attemptOf(email, visit.ip, known ? device : undefined);
  const blocked = await begin(database, attempt, store.clock());
  if (blocked !== undefined) {
    if (blocked.first) await fail("locked", "password");
    throw new TooManyAttempts(blocked.retry_after_s);
  }
  if (!(await verifyPassword(person?.password_hash, given.password)) || person === undefined) {
    await fail(person === undefined ? "unknown_account" : "wrong_password", "password");
    throw new WrongCredentials();
  }
  const signedIn = await secondFactor(accounts, visit, { ...person, organisations }, given.code);
  if (signedIn === "due") {
    await undo(database, attempt, store.clock());
    throw new TotpRequired();
  }
  if (typeof signedIn === "string") {
    await fail(signedIn, "totp");
    throw new WrongCredentials();
  }
  await succeed(database, attempt, store.clock());
  return signedIn;
}

/** The code and the sign-in in one transaction: a code that is used up has signed somebody in. */
async function secondFactor(
  accounts: Accounts,
  visit: Visit,
  person: Person & { organisations: string[] },
  code: string | undefined,
): Promise<SignedIn | "due" | "wrong_totp" | "replayed_totp"> {
  const totp = await findTotp(accounts.store.database, person.id);
  if (totp?.confirmed_at === undefined) {
    return accounts.store.database.transaction((tx) => startSignIn(accounts, tx, person, visit, "password"));
  }
  if (code === undefined || code === "") return "due";
  return accounts.store.database.transaction(async (tx) => {
    const result = await takeCode(accounts, tx, person, totp, code);
    if (result === "wrong") return "wrong_totp";
    if (result === "replayed") return "replayed_totp";
    if (result === "recovery")
      await noteSignIn(accounts, tx, person, visit, { action: "auth.recovery_code_used", method: "recovery_code" });
    return startSignIn(accounts, tx, person, visit, result === "recovery" ? "password+recovery_code" : "password+totp");
  });
}
