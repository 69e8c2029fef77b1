import { randomUUID } from "node:crypto";
import { type Actor, writeAudit } from "../audit/index.ts";
import {
  findOrganisation,
  insertOrganisation,
  type OrganisationRow,
  readInstanceRetention,
  renameOrganisation,
  storeInstanceRetention,
} from "../store/accounts/organisations.ts";
import { internalInstance } from "../store/audit-rows.ts";
import { scopeStore } from "../store/scope.ts";
import { note } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { InTheWay } from "./errors.ts";
import type { Principal } from "./principal.ts";

export type OrganisationShown = OrganisationRow & { audit_retention_days: number };

export async function readOrganisation(accounts: Accounts, principal: Principal): Promise<OrganisationShown> {
  const store = scopeStore(accounts.store, principal.organisation_id);
  const row = (await findOrganisation(store.database, principal.organisation_id))!;
  return { ...row, audit_retention_days: await readInstanceRetention(store, (await internalInstance(store)).id) };
}

export async function changeOrganisation(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { name?: string | undefined; audit_retention_days?: number | undefined },
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
  });
  return readOrganisation(accounts, principal);
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
