import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient, DecodePage } from "./client.ts";

export interface PullOptions {
  /** rows a page, default 5000 */
  limit?: number | undefined;
  /** who works: `host:pid` or the like; the lease is taken in this name */
  leaseHolder?: string | undefined;
  onProgress?: ((progress: PullProgress) => void) | undefined;
  decode?: DecodePage | undefined;
  signal?: AbortSignal | undefined;
}
export interface PullProgress {
  /** stored by this call so far */
  events: number;
  head_seq: number;
  /** when the newest stored event happened */
  occurred_at?: string;
  more: boolean;
}
export interface PullResult {
  events: number;
  more: boolean;
}

/** One page: read, checked, chained, stored with its cursor; sealed and acknowledged when it was the last one. */
export async function pullOnce(
  _store: Store,
  _instance: Instance,
  _client: BridgeClient,
  _options: PullOptions = {},
): Promise<PullResult> {
  throw new Error("not yet");
}

/** Everything pending: the next page is read while the last one is written. Seals and acknowledges on the way. */
export async function pullAll(
  _store: Store,
  _instance: Instance,
  _client: BridgeClient,
  _options: PullOptions = {},
): Promise<PullResult> {
  throw new Error("not yet");
}
