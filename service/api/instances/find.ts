import { findInstance } from "../../store/instances.ts";
import type { Instance, Store } from "../../store/types.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The instance of an address: by uuid (removed ones included: evidence outlives a removal) or by name. Throws InstanceUnknownError. */
export function instanceOf(store: Store, id: string): Promise<Instance> {
  return UUID.test(id) ? findInstance(store, id.toLowerCase()) : store.instances.get(id);
}
