import { deleteSignIn, listSignIns, type SignInRow } from "../store/accounts/sign-ins.ts";
import { noteSignIn } from "./audit.ts";
import { type Accounts, idleSince, type Visit } from "./context.ts";
import { NoSuchThing } from "./errors.ts";
import { personOf } from "./password-change.ts";
import type { Principal } from "./principal.ts";

/** The person's own sign-ins that still hold, the latest used first. */
export async function listSessions(
  accounts: Accounts,
  principal: Principal,
): Promise<(Omit<SignInRow, "person_id"> & { current: boolean })[]> {
  const person = await personOf(accounts, principal);
  const now = accounts.store.clock();
  const rows = await listSignIns(accounts.store.database, person.id, now, idleSince(now));
  return rows.map(({ person_id: _, ...row }) => ({ ...row, current: row.id === person.sign_in_id }));
}

/** Ends one of the person's own; the very next request with it is refused. Throws NoSuchThing. */
export async function endSession(accounts: Accounts, principal: Principal, visit: Visit, id: string): Promise<void> {
  const person = await personOf(accounts, principal);
  await accounts.store.database.transaction(async (tx) => {
    if (!(await deleteSignIn(tx, person.id, id))) throw new NoSuchThing("You have no such session.");
    await noteSignIn(accounts, tx, person, visit, {
      action: id === person.sign_in_id ? "auth.logout" : "auth.session_ended",
      details: { session: id },
    });
  });
}

export async function logout(accounts: Accounts, principal: Principal, visit: Visit): Promise<void> {
  const person = await personOf(accounts, principal);
  await endSession(accounts, principal, visit, person.sign_in_id);
}
