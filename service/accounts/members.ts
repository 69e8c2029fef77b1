import { randomUUID } from "node:crypto";
import { revokeApiKeysOf } from "../store/accounts/api-keys.ts";
import {
  deleteMembership,
  findMember,
  insertMembership,
  listMembers as listRows,
  lockOwners,
  type MemberRow,
  storeRole,
} from "../store/accounts/memberships.ts";
import { findPersonByEmail, forgetStranger, insertPerson } from "../store/accounts/people.ts";
import type { Queryable } from "../store/database.ts";
import { note } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { normalEmail } from "./email.ts";
import { InTheWay, NoSuchThing } from "./errors.ts";
import { meaningOf } from "./grant.ts";
import { makeLink } from "./links.ts";
import type { Principal } from "./principal.ts";
import { mustHave, readRole } from "./roles.ts";

export interface MemberShown {
  id: string;
  email: string;
  name: string;
  role: string;
  role_name: string;
  joined_at?: string;
  invited_at: string;
  last_sign_in_at?: string;
  totp_enabled: boolean;
  passkeys: number;
}

function shown(row: MemberRow): MemberShown {
  const { role, role_name } = meaningOf(row);
  const { person_id, email, name, joined_at, invited_at, last_sign_in_at, totp_enabled, passkeys } = row;
  return {
    id: person_id,
    email,
    name,
    role,
    role_name,
    ...(joined_at === undefined ? {} : { joined_at }),
    invited_at,
    // of somebody who has not joined, when they sign in elsewhere is nobody's business here
    ...(joined_at === undefined || last_sign_in_at === undefined ? {} : { last_sign_in_at }),
    totp_enabled,
    passkeys,
  };
}

export async function listMembers(accounts: Accounts, principal: Principal): Promise<MemberShown[]> {
  return (await listRows(accounts.store.database, principal.organisation_id)).map(shown);
}

/** Throws NotAllowed for a role that is more than one's own, InTheWay for who is a member already. */
export async function inviteMember(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { email: string; name: string; role: string },
): Promise<{ member: MemberShown; link: string }> {
  const { organisation_id } = principal;
  const email = normalEmail(given.email);
  const at = accounts.store.clock();
  const result = await accounts.store.database.transaction(async (tx) => {
    const meaning = await readRole(tx, organisation_id, given.role);
    mustHave(principal, meaning.permissions, `The role ${meaning.role_name}`);
    const known = await findPersonByEmail(tx, email);
    const person_id = known?.id ?? randomUUID();
    if (known === undefined && !(await insertPerson(tx, { id: person_id, email, name: given.name.trim(), at })))
      throw new InTheWay(`Somebody else is inviting ${email} at this moment; look again.`);
    const { role } = meaning;
    if (!(await insertMembership(tx, { organisation_id, person_id, role, invited_by: principal.name, at })))
      throw new InTheWay(`${email} is a member already, or invited: remove the member to invite anew.`);
    await note(accounts, tx, principal, visit, {
      action: "member.invited",
      ...resource(person_id, email),
      details: { role, role_name: meaning.role_name },
    });
    const link = await makeLink(accounts, tx, "invite", { person_id, organisation_id });
    return { member: shown((await findMember(tx, organisation_id, person_id))!), link };
  });
  void accounts.deliver?.({ to: email, name: given.name, kind: "invite", link: result.link });
  return result;
}

export async function changeMember(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  id: string,
  role: string,
): Promise<MemberShown> {
  const { organisation_id } = principal;
  return accounts.store.database.transaction(async (tx) => {
    const before = await mustReach(tx, principal, id);
    const meaning = await readRole(tx, organisation_id, role);
    mustHave(principal, meaning.permissions, `The role ${meaning.role_name}`);
    if (meaning.role !== "owner") mustNotBeLast(before.owners, id);
    await storeRole(tx, organisation_id, id, meaning.role);
    await note(accounts, tx, principal, visit, {
      action: "member.role_changed",
      ...resource(id, before.row.email),
      changes: [{ field: "role", before: meaningOf(before.row).role_name, after: meaning.role_name }],
    });
    return shown((await findMember(tx, organisation_id, id))!);
  });
}

/** Takes the person's API keys of this organisation along; each is in the log. */
export async function removeMember(accounts: Accounts, principal: Principal, visit: Visit, id: string): Promise<void> {
  const { organisation_id } = principal;
  await accounts.store.database.transaction(async (tx) => {
    const { row, owners } = await mustReach(tx, principal, id);
    mustNotBeLast(owners, id);
    for (const key of await revokeApiKeysOf(tx, organisation_id, id, accounts.store.clock())) {
      await note(accounts, tx, principal, visit, {
        action: "api_key.revoked",
        resource_type: "api_key",
        resource_id: key.id,
        resource_name: key.name,
        reason: "its maker was removed",
      });
    }
    await deleteMembership(tx, organisation_id, id);
    await note(accounts, tx, principal, visit, {
      action: "member.removed",
      ...resource(id, row.email),
      details: { role_name: meaningOf(row).role_name },
    });
    await forgetStranger(tx, id);
  });
}

/** A member of this organisation who may do nothing that the principal may not; with who its Owners are, all held. */
async function mustReach(
  tx: Queryable,
  principal: Principal,
  id: string,
): Promise<{ row: MemberRow; owners: string[] }> {
  const owners = await lockOwners(tx, principal.organisation_id);
  const row = await findMember(tx, principal.organisation_id, id);
  if (row === undefined) throw new NoSuchThing("There is no such member in this organisation.");
  mustHave(principal, meaningOf(row).permissions, `Reaching a member with the role ${meaningOf(row).role_name}`);
  return { row, owners };
}

function mustNotBeLast(owners: string[], id: string): void {
  if (owners.length === 1 && owners[0] === id)
    throw new InTheWay("This is the last Owner; make somebody else an Owner first.");
}

const resource = (id: string, email: string) => ({ resource_type: "member", resource_id: id, resource_name: email });
