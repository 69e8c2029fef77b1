import { sealInstance } from "../chain/seal.ts";
import { prepareBatch, readHead, writeBatch } from "../store/append-batch.ts";
import {
  deleteStaged,
  internalInstance,
  organisationsWaiting,
  readStaged,
  unsealedInternal,
} from "../store/audit-rows.ts";
import { LeaseError } from "../store/errors.ts";
import { findAnyInstance } from "../store/instances.ts";
import { holderName, releaseLease, takeLease } from "../store/leases.ts";
import { scopeStore } from "../store/scope.ts";
import type { Store } from "../store/types.ts";
import { toEvent } from "./event.ts";

/** entries in a batch: one transaction, a few hundred kilobytes */
const BATCH = 1_000;

/**
 * Moves the entries that wait into the chain of their organisation's internal instance, by the same lease, batch and
 * head as Odoo's events. The batch is written and its entries leave the staging table in ONE transaction: after a
 * crash they are chained or they still wait, and never both. Answers how many were moved; where another service holds
 * the lease, that one moves them.
 */
export function sequenceAudit(store: Store): Promise<number> {
  // one after the other in this process, so that who asks finds what was committed before
  const turn = (turns.get(store.database) ?? Promise.resolve()).then(() => sequenceAll(store));
  turns.set(
    store.database,
    turn.catch(() => undefined),
  );
  return turn;
}

const turns = new WeakMap<object, Promise<unknown>>();

async function sequenceAll(store: Store): Promise<number> {
  let moved = 0;
  for (const organisationId of await organisationsWaiting(store.database)) {
    moved += await sequenceOrganisation(scopeStore(store, organisationId));
  }
  return moved;
}

async function sequenceOrganisation(store: Store): Promise<number> {
  const instance = await internalInstance(store);
  const lease = await takeLease(store, instance.id, holderName("audit"));
  if (lease === undefined) return 0;
  let moved = 0;
  try {
    for (;;) {
      const staged = await readStaged(store, BATCH);
      if (staged.length === 0) return moved;
      const head = await readHead(store, instance.id);
      const numbers = staged.map((entry) => entry.number);
      const batch = await prepareBatch(store, head, {
        events: staged.map(toEvent),
        cursor: head.cursor,
        alongside: async (tx) => {
          if ((await deleteStaged(tx, numbers)) !== numbers.length) {
            throw new LeaseError("Another service chained some of these entries: nothing was written here.");
          }
        },
      });
      await writeBatch(store, lease, batch);
      moved += staged.length;
    }
  } catch (error) {
    // the entries still wait, and whoever took over moves them
    if (error instanceof LeaseError) return moved;
    throw error;
  } finally {
    await releaseLease(store, lease);
  }
}

/** Signs a checkpoint over what was chained since the last one, for each organisation. Idempotent. */
export async function sealAudit(store: Store): Promise<number> {
  let segments = 0;
  for (const { id, organisation_id } of await unsealedInternal(store.database)) {
    const view = scopeStore(store, organisation_id);
    segments += (await sealInstance(view, await findAnyInstance(view, id))).segments;
  }
  return segments;
}
