import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient, DecodePage } from "./client.ts";

export interface PollerOptions {
  /** makes the client of an instance; called again after its settings changed */
  clients: (instance: Instance, key: string) => BridgeClient | Promise<BridgeClient>;
  /** pulls at the same time, default 4 */
  concurrency?: number | undefined;
  leaseHolder?: string | undefined;
  limit?: number | undefined;
  decode?: DecodePage | undefined;
  onEvents?: ((instance: Instance, events: number) => void) | undefined;
  onError?: ((instance: Instance, error: Error) => void) | undefined;
}
export interface Poller {
  /** ends after the pages under way */
  stop(): Promise<void>;
  /** pull this one now */
  wake(name: string): void;
}

/** Pulls every active instance, each at its own pace, sharing the work with other services by leases. */
export function startPoller(_store: Store, _options: PollerOptions): Poller {
  throw new Error("not yet");
}
