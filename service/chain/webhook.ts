import {
  type SegmentRow,
  segmentsAfter,
  storeWebhookFailure,
  storeWebhookNumber,
  webhookNumber,
} from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { checkpointLine } from "./checkpoint.ts";

/* The webhook: a witness that may be slow, ill or gone. Nothing waits for it but the store's closing. */

const TIMEOUT_MS = 5_000;
const CHECKPOINTS = 500;
/** instances whose checkpoints are on their way, by store's set of background work; `true`: once more after that */
const underWay = new WeakMap<Set<Promise<void>>, Map<string, boolean>>();

/**
 * Posts, beside everything else, every checkpoint that the webhook did not take yet, in order; one post at a time by
 * instance. What it does not take is counted in the instance, shown, and posted again with the next sealing. It may get
 * one twice.
 */
export function tellWebhook(store: Store, instance: Instance): void {
  const { checkpointWebhook: url, background } = store;
  if (url === undefined && instance.webhook_failures === undefined) return;
  const busy = underWay.get(background) ?? new Map<string, boolean>();
  underWay.set(background, busy);
  if (busy.has(instance.id)) {
    busy.set(instance.id, true);
    return;
  }
  busy.set(instance.id, false);
  const work = (url === undefined ? forget(store, instance) : tell(store, instance, url))
    .catch(() => undefined) // the store is away or closing: the next sealing tells it
    .then(() => {
      background.delete(work);
      const again = busy.get(instance.id);
      busy.delete(instance.id);
      if (again) tellWebhook(store, instance);
    });
  background.add(work);
}

/** No webhook is set any more: its failures are none. */
const forget = (store: Store, instance: Instance): Promise<void> => storeWebhookNumber(store.database, instance.id, 0);

async function tell(store: Store, instance: Instance, url: string): Promise<void> {
  const rows = await segmentsAfter(store.database, instance.id, await webhookNumber(store.database, instance.id));
  for (let at = 0; at < rows.length; at += CHECKPOINTS) {
    const piece = rows.slice(at, at + CHECKPOINTS);
    const failure = await post(url, instance, piece);
    if (failure !== undefined) return storeWebhookFailure(store.database, instance.id, failure);
    await storeWebhookNumber(store.database, instance.id, piece.at(-1)!.number);
  }
}

/** Why it did not take them, in a few words; undefined when it did. */
async function post(url: string, instance: Instance, rows: SegmentRow[]): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instance: instance.name, checkpoints: rows.map(checkpointLine) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    return (error as Error).name === "TimeoutError" ? `no answer in ${TIMEOUT_MS / 1000} s` : "it cannot be reached";
  }
}
