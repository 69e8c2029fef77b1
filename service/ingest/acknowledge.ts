import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient } from "./client.ts";

/** Seals what is stored and tells Odoo so, with the newest checkpoint. Idempotent. */
export async function acknowledgeInstance(_store: Store, _instance: Instance, _client: BridgeClient): Promise<void> {
  throw new Error("not yet");
}
