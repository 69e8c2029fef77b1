import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient } from "./client.ts";

/**
 * Ends a quarantine. `restored`: the same chain goes on from the restored database, doubles are left out.
 * `copy`: the original's evidence stays as it is, and a new instance with a chain of its own (named `newName`,
 * default `NAME-copy`) is returned.
 */
export async function acceptInstance(
  _store: Store,
  _name: string,
  _options: { as: "restored" | "copy"; client: BridgeClient; newName?: string; actor?: string },
): Promise<Instance> {
  throw new Error("not yet");
}
