import { membershipsOf } from "../store/accounts/memberships.ts";
import { findPerson, type Person, storePassword } from "../store/accounts/people.ts";
import { deleteSignIns, signInBegan } from "../store/accounts/sign-ins.ts";
import { noteSignIn } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { NotAllowed, NotSignedIn, PasswordRequired, TooManyAttempts, WrongCredentials } from "./errors.ts";
import { checkPassword, hashPassword, verifyPassword } from "./passwords.ts";
import type { Principal } from "./principal.ts";
import { attemptOf, begin, succeed } from "./throttle.ts";
import { digestOf } from "./tokens.ts";

/** The signed-in person. Throws NotAllowed for keys: what belongs to a person's own account is no key's business. */
export async function personOf(
  accounts: Accounts,
  principal: Principal,
): Promise<Person & { organisations: string[]; sign_in_id: string }> {
  if (principal.type !== "person" || principal.sign_in_id === undefined)
    throw new NotAllowed("Only a person who is signed in can do that, not an API key.");
  const { database } = accounts.store;
  const person = await findPerson(database, principal.id);
  if (person === undefined) throw new NotSignedIn("This account is gone.");
  const organisations = (await membershipsOf(database, person.id)).map((row) => row.organisation_id);
  return { ...person, organisations, sign_in_id: principal.sign_in_id };
}

/** Asks for the password once more: a browser that was left open is not the person. Guessing is slowed down as at the sign-in. */
export async function confirmPassword(accounts: Accounts, person: Person, password: string): Promise<void> {
  const { database, clock } = accounts.store;
  const attempt = attemptOf(person.email, undefined, digestOf("confirm"));
  const blocked = await begin(database, attempt, clock());
  if (blocked !== undefined) throw new TooManyAttempts(blocked.retry_after_s);
  if (!(await verifyPassword(person.password_hash, password))) throw new WrongCredentials();
  await succeed(database, attempt, clock());
}

/** After signing in nobody has to type the password again for so long. */
const FRESH_MS = 10 * 60_000;

/**
 * What opens another door into an account (a second factor, a passkey) needs the password, unless the person has just
 * signed in: who finds a browser left open could else come back for ever. Throws PasswordRequired, WrongCredentials.
 */
export async function confirmPresence(
  accounts: Accounts,
  person: Person & { sign_in_id: string },
  password: string | undefined,
): Promise<void> {
  if (password !== undefined) return confirmPassword(accounts, person, password);
  const { database, clock } = accounts.store;
  const began = await signInBegan(database, person.sign_in_id);
  if (began === undefined || clock().getTime() - Date.parse(began) > FRESH_MS) throw new PasswordRequired();
}

/** Every other sign-in of the person ends: who knew the old password is out. */
export async function changePassword(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { current: string; password: string },
): Promise<void> {
  const person = await personOf(accounts, principal);
  await confirmPassword(accounts, person, given.current);
  checkPassword(given.password, person);
  const hash = await hashPassword(given.password);
  await accounts.store.database.transaction(async (tx) => {
    await storePassword(tx, person.id, hash, accounts.store.clock());
    const ended = await deleteSignIns(tx, person.id, person.sign_in_id);
    await noteSignIn(accounts, tx, person, visit, {
      action: "auth.password_changed",
      method: "password",
      details: { sessions_ended: ended },
    });
  });
}
