import { VigilClientError } from "../../odoo_addon_client/errors.ts";
import type { BridgeClient } from "../../odoo_addon_client/index.ts";
import type { Instance, Store } from "../store/types.ts";

export type FullClients = (instance: Instance, key: string) => BridgeClient | Promise<BridgeClient>;

/**
 * One connected client an instance, kept between rounds: connecting asks Odoo three times (which release, which
 * transport, hello), a round only once. Made anew after its settings or its key changed, and after an error.
 */
export class ClientPool {
  readonly #store: Store;
  readonly #clients: FullClients;
  readonly #kept = new Map<string, { settings: string; client: BridgeClient }>();

  constructor(store: Store, clients: FullClients) {
    this.#store = store;
    this.#clients = clients;
  }

  /** Throws VigilClientError. */
  async use<T>(instance: Instance, work: (client: BridgeClient) => Promise<T>): Promise<T> {
    const key = await this.#store.instances.credential(instance.name);
    const settings = JSON.stringify([instance.url, instance.db, instance.login, instance.insecure, key]);
    let kept = this.#kept.get(instance.id);
    if (kept?.settings !== settings) {
      await this.drop(instance.id);
      kept = { settings, client: await this.#clients(instance, key) };
      this.#kept.set(instance.id, kept);
    }
    try {
      return await work(kept.client);
    } catch (error) {
      // its connection or its rights may be what is wrong
      if (error instanceof VigilClientError) await this.drop(instance.id);
      throw error;
    }
  }

  async drop(instanceId: string): Promise<void> {
    const kept = this.#kept.get(instanceId);
    this.#kept.delete(instanceId);
    await kept?.client.close().catch(() => undefined); // closing a broken connection may fail: it is closed then
  }

  async close(): Promise<void> {
    for (const id of [...this.#kept.keys()]) await this.drop(id);
  }
}
