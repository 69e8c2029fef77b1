import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Identity } from "../../odoo_addon_client/protocol.ts";
import { serviceEvent } from "../chain/service-event.ts";
import { prepareBatch, readHead, writeBatch } from "../store/append-batch.ts";
import { LeaseError, StoreError } from "../store/errors.ts";
import { readIngestState, storeRestored } from "../store/ingest-rows.ts";
import { releaseLease, takeLease } from "../store/leases.ts";
import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient } from "./client.ts";

export interface AcceptOptions {
  as: "restored" | "copy";
  client: BridgeClient;
  /** of the copy; default `NAME-copy` */
  newName?: string;
  /** who decided, for the event */
  actor?: string;
}

/**
 * Ends a quarantine. `restored`: the same chain goes on from the restored database, doubles are left out.
 * `copy`: the original's evidence stays as it is (quarantined: give it its new address), and a new instance with a
 * chain of its own is returned, active. Odoo is told by `adopt`, and gets a new nonce.
 */
export async function acceptInstance(store: Store, name: string, options: AcceptOptions): Promise<Instance> {
  const instance = await store.instances.get(name);
  if (instance.state !== "quarantined")
    throw new StoreError(`Instance "${name}" is not quarantined: there is nothing to accept.`);
  if (options.as === "copy") return acceptCopy(store, instance, options);
  const lease = await takeLease(store, instance.id, `accept:${hostname()}:${process.pid}`);
  if (lease === undefined)
    throw new LeaseError(`Another service is working on "${name}" right now: try again in a moment.`);
  try {
    const before = await readIngestState(store, instance.id);
    const hello = await options.client.adopt({ as: "restored", nonce: randomUUID() });
    await storeRestored(store, instance.id, hello.identity);
    const head = await readHead(store, instance.id);
    const event = restoredEvent(store, options.actor, before.identity, hello.identity, instance.state_reason);
    await writeBatch(store, lease, await prepareBatch(store, head, { events: [event], cursor: undefined }));
  } finally {
    await releaseLease(store, lease);
  }
  return store.instances.get(name);
}

async function acceptCopy(store: Store, original: Instance, options: AcceptOptions): Promise<Instance> {
  const { url, db, login, insecure } = original;
  const copy = await store.instances.add({
    name: options.newName ?? `${original.name}-copy`,
    url,
    db,
    login,
    insecure,
    key: await store.instances.credential(original.name),
  });
  await options.client.adopt({ as: "copy", nonce: randomUUID() });
  await store.instances.update(original.name, {
    state_reason: `a copy answers in its place, which is instance "${copy.name}" now: give the original its own address`,
  });
  return copy;
}

/** The break is part of the evidence: who accepted it, and what changed. */
function restoredEvent(
  store: Store,
  actor: string | undefined,
  from: Identity | undefined,
  to: Identity,
  reason: string | undefined,
): OdooEvent {
  const place = (identity: Identity): Record<string, string | number> => ({
    database: identity.database,
    database_uuid: identity.database_uuid,
    system_identifier: identity.system_identifier,
    database_oid: identity.database_oid,
  });
  return serviceEvent(store.clock(), "tracking.restored", {
    ...(actor === undefined ? {} : { accepted_by: actor }),
    ...(reason === undefined ? {} : { reason }),
    ...(from === undefined ? {} : { from: place(from) }),
    to: place(to),
  });
}
