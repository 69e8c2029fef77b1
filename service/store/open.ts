import type { OpenStoreOptions, Store } from "./types.ts";

/** Opens (and migrates) the store. Throws StoreLockedError when another process has the embedded store open. */
export async function openStore(_options: OpenStoreOptions): Promise<Store> {
  throw new Error("not yet");
}
