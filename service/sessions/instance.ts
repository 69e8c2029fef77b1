import { InstanceUnknownError } from "../store/errors.ts";
import type { Instance, Store } from "../store/types.ts";
import type { SessionsClient } from "./client.ts";

/** Makes the client of an instance; the poller's and the command line's factories both do. */
export type Clients<C = SessionsClient> = (instance: Instance, key: string) => C | Promise<C>;

/** An instance by its name or its id. Throws InstanceUnknownError. */
export async function findByNameOrId(store: Store, nameOrId: string): Promise<Instance> {
  const found = (await store.instances.list()).find(({ id, name }) => name === nameOrId || id === nameOrId);
  if (found === undefined) throw new InstanceUnknownError(nameOrId);
  return found;
}

/** One piece of work with a client of the instance, closed afterwards. Throws VigilClientError. */
export async function withClient<C extends { close?(): Promise<void> }, T>(
  store: Store,
  clients: Clients<C>,
  instance: Instance,
  work: (client: C) => Promise<T>,
): Promise<T> {
  const client = await clients(instance, await store.instances.credential(instance.name));
  try {
    return await work(client);
  } finally {
    await client.close?.();
  }
}
