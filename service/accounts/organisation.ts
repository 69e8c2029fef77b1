import { randomUUID } from "node:crypto";
import { type Actor, writeAudit } from "../audit/index.ts";
import { microseconds } from "../chain/record.ts";
import { findMember, lockOwners, storeRole } from "../store/accounts/memberships.ts";
import {
  findOrganisation,
  insertOrganisation,
  type OrganisationRow,
  readInstanceRetention,
  renameOrganisation,
  storeInstanceRetention,
} from "../store/accounts/organisations.ts";
import { internalInstance } from "../store/audit-rows.ts";
import { readHolds, writeHold } from "../store/policy-rows.ts";
import { scopeStore } from "../store/scope.ts";
import { note } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { InTheWay, NoSuchThing, NotAllowed } from "./errors.ts";
import { confirmPassword, personOf } from "./password-change.ts";
import type { Principal } from "./principal.ts";

export type OrganisationShown = OrganisationRow & {
  audit_retention_days: number;
  audit_hold?: { reason: string; set_by: string; set_at: string };
};

export async function readOrganisation(accounts: Accounts, principal: Principal): Promise<OrganisationShown> {
  const store = scopeStore(accounts.store, principal.organisation_id);
  const row = (await findOrganisation(store.database, principal.organisation_id))!;
  const { id, name } = await internalInstance(store);
  const hold = (await readHolds(store)).find((one) => one.instance === name);
  return {
    ...row,
    audit_retention_days: await readInstanceRetention(store, id),
    ...(hold && { audit_hold: { reason: hold.reason, set_by: hold.set_by, set_at: microseconds(hold.set_at) } }),
  };
}

export async function changeOrganisation(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: {
    name?: string | undefined;
    audit_retention_days?: number | undefined;
    audit_hold?: { reason: string } | null | undefined;
  },
): Promise<OrganisationShown> {
  const store = scopeStore(accounts.store, principal.organisation_id);
  const before = await readOrganisation(accounts, principal);
  const log = await internalInstance(store);
  const resource = { resource_type: "organisation", resource_id: before.id, resource_name: before.name };
  const name = given.name?.trim();
  const days = given.audit_retention_days;
  await store.database.transaction(async (tx) => {
    if (name !== undefined && name !== before.name) {
      if (!(await renameOrganisation(tx, before.id, name)))
        throw new InTheWay(`There is an organisation named "${name}" already; choose another name.`);
      await note(accounts, tx, principal, visit, {
        action: "org.updated",
        ...resource,
        changes: [{ field: "name", before: before.name, after: name }],
      });
    }
    if (days !== undefined && days !== before.audit_retention_days) {
      await storeInstanceRetention(tx, log.id, days, principal.name, store.clock());
      await note(accounts, tx, principal, visit, {
        action: "org.settings_updated",
        ...resource,
        changes: [{ field: "audit_retention_days", before: before.audit_retention_days, after: days }],
      });
    }
    const hold = given.audit_hold;
    if (hold !== undefined && hold?.reason !== before.audit_hold?.reason) {
      await writeHold(tx, log.id, hold?.reason, principal.email ?? principal.name, store.clock());
      await note(accounts, tx, principal, visit, {
        action: hold === null ? "hold.released" : "hold.added",
        ...resource,
        resource_type: "audit_log",
        ...(hold === null ? {} : { details: { hold: hold.reason } }),
      });
    }
  });
  return readOrganisation(accounts, principal);
}

/**
 * The member becomes an Owner and the principal an Admin, in one step: at no moment is there none. Asks for the password.
 * Throws NotAllowed for who is no Owner, NoSuchThing, InTheWay, WrongCredentials.
 */
export async function transferOwnership(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { member_id: string; password: string },
): Promise<void> {
  const person = await personOf(accounts, principal);
  if (principal.role !== "owner") throw new NotAllowed("Only an Owner can hand the organisation over.");
  if (given.member_id === person.id) throw new InTheWay("You are an Owner already; name another member.");
  await confirmPassword(accounts, person, given.password);
  const { organisation_id } = principal;
  await accounts.store.database.transaction(async (tx) => {
    const owners = await lockOwners(tx, organisation_id);
    if (!owners.includes(person.id)) throw new NotAllowed("Only an Owner can hand the organisation over.");
    const member = await findMember(tx, organisation_id, given.member_id);
    if (member?.joined_at === undefined)
      throw new NoSuchThing("There is no such member in this organisation, or the invitation is not accepted yet.");
    await storeRole(tx, organisation_id, member.person_id, "owner");
    await storeRole(tx, organisation_id, person.id, "admin");
    await note(accounts, tx, principal, visit, {
      action: "org.ownership_transferred",
      resource_type: "member",
      resource_id: member.person_id,
      resource_name: member.email,
      changes: [{ field: "owner", before: person.email, after: member.email }],
    });
  });
}

/** Another organisation beside the first; nobody is in it until somebody is invited. Throws InTheWay. */
export async function createOrganisation(accounts: Accounts, name: string, actor: Actor): Promise<string> {
  const id = randomUUID();
  const { store } = accounts;
  await store.database.transaction(async (tx) => {
    if (!(await insertOrganisation(tx, id, name.trim(), store.clock())))
      throw new InTheWay(`There is an organisation named "${name}" already; choose another name.`);
    await writeAudit(tx, {
      action: "org.created", actor, organisation_id: id, resource_type: "organisation", resource_id: id,
      resource_name: name.trim(), at: store.clock(),
    }); // biome-ignore format: one entry
  });
  return id;
}
