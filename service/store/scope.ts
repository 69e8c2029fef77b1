import type { Database } from "./database.ts";
import { makeEvents } from "./events.ts";
import { makeInstances } from "./instances.ts";
import type { Store } from "./types.ts";

const scoped = new WeakMap<Store, Map<string, Store>>();

/**
 * The same store seen by one organisation: its instances, its events, and no way to another's. Remembered, because a
 * request asks for it each time; an organisation is a few closures.
 */
export function scopeStore(store: Store, organisationId: string): Store {
  if (organisationId === store.organisationId) return store;
  const known = scoped.get(store) ?? new Map<string, Store>();
  scoped.set(store, known);
  let scope = known.get(organisationId);
  if (scope === undefined) {
    const { database, keys, clock } = store;
    scope = {
      ...store,
      organisationId,
      instances: makeInstances(database, keys, organisationId, clock),
      events: makeEvents(database, organisationId),
    };
    known.set(organisationId, scope);
  }
  return scope;
}

/** The same store through another door to SQL: one that watches or guards what passes. */
export function storeThrough(store: Store, database: Database): Store {
  const { keys, organisationId, clock } = store;
  return {
    ...store,
    database,
    instances: makeInstances(database, keys, organisationId, clock),
    events: makeEvents(database, organisationId),
  };
}
