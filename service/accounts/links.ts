import { randomUUID } from "node:crypto";
import type { Actor } from "../audit/index.ts";
import { writeAudit } from "../audit/index.ts";
import { deleteTotp } from "../store/accounts/factors.ts";
import { deleteLinks, findLink, insertLink, type LinkRow, takeLinkRow } from "../store/accounts/links.ts";
import { findMember, insertMembership, joinMembership, membershipsOf } from "../store/accounts/memberships.ts";
import { renameOrganisation } from "../store/accounts/organisations.ts";
import {
  findPerson,
  findPersonByEmail,
  hasOwner,
  insertPerson,
  renamePerson,
  storePassword,
} from "../store/accounts/people.ts";
import { deleteSignIns } from "../store/accounts/sign-ins.ts";
import { forgetDevices } from "../store/accounts/throttle.ts";
import type { Queryable, Transaction } from "../store/database.ts";
import { noteSignIn } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { normalEmail } from "./email.ts";
import { AccountError, InTheWay, NoSuchThing } from "./errors.ts";
import { meaningOf } from "./grant.ts";
import { login } from "./login.ts";
import { checkPassword, hashPassword } from "./passwords.ts";
import { type SignedIn, startSignIn } from "./start.ts";
import { digestOf, newToken } from "./tokens.ts";

/* One-time links: the first Owner's set-up, invitations, new passwords. The token stands behind the #, which no server is sent. */

const HOUR_MS = 3_600_000;
const LASTS_MS = { setup: 24 * HOUR_MS, invite: 7 * 24 * HOUR_MS, reset: HOUR_MS } as const;

export async function makeLink(
  accounts: Accounts,
  tx: Queryable,
  kind: LinkRow["kind"],
  of: { person_id?: string | undefined; organisation_id?: string | undefined; drop_second_factor?: boolean } = {},
): Promise<string> {
  const token = newToken();
  const at = accounts.store.clock();
  await insertLink(tx, {
    digest: digestOf(token),
    kind,
    person_id: of.person_id,
    organisation_id: of.organisation_id,
    drop_second_factor: of.drop_second_factor ?? false,
    at,
    expires_at: new Date(at.getTime() + LASTS_MS[kind]),
  });
  return `${accounts.publicUrl()}/${kind}#${token}`;
}

/** The link of a first start: while no Owner can sign in. A new one at each start; older ones end. */
export async function firstSetupLink(accounts: Accounts): Promise<string | undefined> {
  return accounts.store.database.transaction(async (tx) => {
    if (await hasOwner(tx)) return undefined;
    await deleteLinks(tx, "setup", undefined);
    return makeLink(accounts, tx, "setup");
  });
}

/** `vigil account link --setup EMAIL`: whoever owns the machine may make an Owner. Throws InTheWay. */
export async function ownerLink(accounts: Accounts, email: string, actor: Actor): Promise<string> {
  const { store } = accounts;
  const address = normalEmail(email);
  return store.database.transaction(async (tx) => {
    const found = await findPersonByEmail(tx, address);
    const id = found?.id ?? randomUUID();
    const at = store.clock();
    if (found === undefined) await insertPerson(tx, { id, email: address, name: address.split("@")[0]!, at });
    const organisation_id = store.organisationId;
    const member = { organisation_id, person_id: id, role: "owner", invited_by: actor.name, at };
    // who has a password already is invited, and proves it with that
    const kind = found?.password_hash === undefined ? "setup" : "invite";
    if (!(await insertMembership(tx, member)) && kind === "invite")
      throw new InTheWay(`${address} has an account here already; use --reset for a new password.`);
    await deleteLinks(tx, "setup", id);
    await writeAudit(tx, {
      action: "auth.setup_link_made", actor, organisation_id, resource_type: "person", resource_id: id, resource_name: address,
      method: "cli", owner_only: true, at,
    }); // biome-ignore format: one entry
    return makeLink(accounts, tx, kind, { person_id: id, organisation_id });
  });
}

/** `vigil account link --reset EMAIL`. Throws NoSuchThing. */
export async function resetLink(
  accounts: Accounts,
  email: string,
  actor: Actor,
  options: { drop_second_factor?: boolean } = {},
): Promise<string> {
  const address = normalEmail(email);
  return accounts.store.database.transaction(async (tx) => {
    const person = await findPersonByEmail(tx, address);
    if (person === undefined) throw new NoSuchThing(`Nobody has the address ${address}; see \`vigil account list\`.`);
    await deleteLinks(tx, "reset", person.id);
    const organisations = (await membershipsOf(tx, person.id)).map((row) => row.organisation_id);
    for (const organisation_id of organisations.length > 0 ? organisations : [accounts.store.organisationId]) {
      await writeAudit(tx, {
        action: "auth.password_reset", actor, organisation_id, resource_type: "person", resource_id: person.id,
        resource_name: address, method: "cli", at: accounts.store.clock(),
        details: { second_factor: options.drop_second_factor ? "dropped" : "kept" },
      }); // biome-ignore format: one entry
    }
    return makeLink(accounts, tx, "reset", { person_id: person.id, ...options });
  });
}

/** Asks for a reset by mail. The same answer, after the same work, whether the address is known or not. */
export async function forgot(accounts: Accounts, visit: Visit, email: string): Promise<void> {
  const address = normalEmail(email);
  const { database } = accounts.store;
  const person = await findPersonByEmail(database, address);
  const organisations =
    person === undefined ? [] : (await membershipsOf(database, person.id)).map((m) => m.organisation_id);
  const link = await database.transaction(async (tx) => {
    const known = person?.password_hash !== undefined;
    const reason = !known ? "unknown_account" : accounts.deliver === undefined ? "no_mail_server" : undefined;
    await noteSignIn(accounts, tx, { id: person?.id, name: person?.name, email: address, organisations }, visit, {
      action: "auth.password_reset",
      success: reason === undefined,
      reason,
    });
    return reason === undefined ? makeLink(accounts, tx, "reset", { person_id: person!.id }) : undefined;
  });
  // not awaited: how long a mail server takes would tell that there was something to send
  if (link !== undefined) void accounts.deliver!({ to: address, name: person!.name, kind: "reset", link });
}

export interface LinkShown {
  kind: LinkRow["kind"];
  email?: string;
  name?: string;
  organisation?: string;
  role_name?: string;
  has_account: boolean;
  expires_at: string;
}

const GONE = "This link was used, has expired or is not complete; ask for a new one.";

/** What a link is for; looking does not use it up. Throws NoSuchThing. */
export async function showLink(accounts: Accounts, token: string): Promise<LinkShown> {
  const { database, clock } = accounts.store;
  const link = await findLink(database, digestOf(token), clock());
  if (link === undefined) throw new NoSuchThing(GONE);
  const person = link.person_id === undefined ? undefined : await findPerson(database, link.person_id);
  const member =
    link.person_id === undefined || link.organisation_id === undefined
      ? undefined
      : await findMember(database, link.organisation_id, link.person_id);
  return {
    kind: link.kind,
    ...(person === undefined ? {} : { email: person.email, name: person.name }),
    ...(member === undefined ? {} : { organisation: member.organisation, role_name: meaningOf(member).role_name }),
    has_account: person?.password_hash !== undefined,
    expires_at: link.expires_at,
  };
}

export interface SetupGiven {
  token: string;
  email?: string | undefined;
  name?: string | undefined;
  password: string;
  code?: string | undefined;
  organisation?: string | undefined;
}

/**
 * Accepts a set-up link or an invitation, and signs in. Who has an account already proves it with the password (and
 * code) instead of choosing one. Throws NoSuchThing, AccountError, and what `login` throws.
 */
export async function acceptLink(accounts: Accounts, visit: Visit, given: SetupGiven): Promise<SignedIn> {
  const { database, clock } = accounts.store;
  const shown = await findLink(database, digestOf(given.token), clock());
  if (shown === undefined || shown.kind === "reset") throw new NoSuchThing(GONE);
  const invited = shown.person_id === undefined ? undefined : await findPerson(database, shown.person_id);
  if (invited?.password_hash !== undefined) {
    const signedIn = await login(accounts, visit, { ...given, email: invited.email });
    await database.transaction(async (tx) => {
      await takeLink(accounts, tx, given.token);
      await join(accounts, tx, visit, shown, invited);
    });
    return signedIn;
  }
  const email = invited?.email ?? normalEmail(given.email ?? "");
  const name = (given.name ?? invited?.name ?? "").trim();
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw new AccountError("Give the e-mail address that you will sign in with.");
  if (name === "") throw new AccountError("Give your name.");
  checkPassword(given.password, { email, name });
  const hash = await hashPassword(given.password);
  return database.transaction(async (tx) => {
    const link = await takeLink(accounts, tx, given.token);
    const person = { id: invited?.id ?? randomUUID(), email, name };
    if (invited === undefined) await insertOwner(accounts, tx, person, given.organisation);
    else await renamePerson(tx, person.id, name);
    await storePassword(tx, person.id, hash, clock());
    const organisation_id = link.organisation_id ?? accounts.store.organisationId;
    await join(accounts, tx, visit, { ...link, organisation_id }, person);
    return startSignIn(accounts, tx, { ...person, organisations: [organisation_id] }, visit, "link");
  });
}

async function insertOwner(
  accounts: Accounts,
  tx: Transaction,
  person: { id: string; email: string; name: string },
  organisation: string | undefined,
): Promise<void> {
  const at = accounts.store.clock();
  const organisation_id = accounts.store.organisationId;
  if (!(await insertPerson(tx, { ...person, at })))
    throw new InTheWay(`${person.email} has an account already; sign in with it.`);
  await insertMembership(tx, { organisation_id, person_id: person.id, role: "owner", invited_by: "set-up link", at });
  await deleteLinks(tx, "setup", undefined); // all links of a first start: there is an Owner now
  const named = organisation?.trim();
  if (named && !(await renameOrganisation(tx, organisation_id, named)))
    throw new InTheWay(`There is an organisation named "${named}" already.`);
}

async function takeLink(accounts: Accounts, tx: Transaction, token: string): Promise<LinkRow> {
  const link = await takeLinkRow(tx, digestOf(token), accounts.store.clock());
  if (link === undefined) throw new NoSuchThing(GONE);
  return link;
}

async function join(
  accounts: Accounts,
  tx: Transaction,
  visit: Visit,
  link: LinkRow,
  person: { id: string; email: string; name: string },
): Promise<void> {
  const organisation_id = link.organisation_id!;
  if (!(await joinMembership(tx, organisation_id, person.id, accounts.store.clock())))
    throw new NoSuchThing("This invitation was withdrawn; ask for a new one.");
  const member = await findMember(tx, organisation_id, person.id);
  await noteSignIn(accounts, tx, { ...person, organisations: [organisation_id] }, visit, {
    action: "member.joined",
    resource_type: "member",
    details: { role: member!.role, role_name: meaningOf(member!).role_name },
  });
}

/** Sets a new password by a reset link; every sign-in of the person ends, on every device. Throws NoSuchThing, AccountError. */
export async function resetPassword(
  accounts: Accounts,
  visit: Visit,
  given: { token: string; password: string },
): Promise<void> {
  const { database, clock } = accounts.store;
  const shown = await findLink(database, digestOf(given.token), clock());
  const person = shown?.kind === "reset" ? await findPerson(database, shown.person_id!) : undefined;
  if (person === undefined) throw new NoSuchThing(GONE);
  checkPassword(given.password, person);
  const hash = await hashPassword(given.password);
  const organisations = (await membershipsOf(database, person.id)).map((row) => row.organisation_id);
  await database.transaction(async (tx) => {
    const link = await takeLink(accounts, tx, given.token);
    await storePassword(tx, person.id, hash, clock());
    const ended = await deleteSignIns(tx, person.id);
    await forgetDevices(tx, person.id);
    await noteSignIn(accounts, tx, { ...person, organisations }, visit, {
      action: "auth.password_changed",
      method: "reset_link",
      details: { sessions_ended: ended },
    });
    if (link.drop_second_factor && (await deleteTotp(tx, person.id)))
      await noteSignIn(accounts, tx, { ...person, organisations }, visit, {
        action: "auth.totp_disabled",
        method: "reset_link",
      });
  });
}
