import { setTimeout as sleep } from "node:timers/promises";
import { prepareBatch, readHead, writeBatch } from "../../service/store/append-batch.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { releaseLease, takeLease } from "../../service/store/leases.ts";
import { makeEvents } from "../../test/support/fake-bridge.ts";
import type { Row } from "../report.ts";
import { percentile } from "../statistics.ts";
import { serveApi } from "./server.ts";

/** From the commit of an event to its message in an open stream; nobody tells the API of it, as when another service stores it. */
export async function stream(store: Store, instance: Instance, rounds: number): Promise<Row> {
  const { api, origin } = await serveApi(store);
  const ending = new AbortController();
  const response = await fetch(`${origin}/api/instances/bench/stream`, { signal: ending.signal });
  if (response.status !== 200) throw new Error(`The stream answered ${response.status}.`);
  const chunks = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const message = async (wanted: string): Promise<void> => {
    for (let text = ""; !text.includes(wanted); ) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("The stream ended.");
      text += value;
    }
  };
  const lease = (await takeLease(store, instance.id, "bench"))!;
  const ms: number[] = [];
  for (let n = 0; n < rounds; n++) {
    await sleep(Math.random() * 700); // at any moment between two looks
    const head = await readHead(store, instance.id);
    const events = makeEvents(1, head.seq + 1);
    const prepared = await prepareBatch(store, head, { events, cursor: String(head.seq + 1) });
    await writeBatch(store, lease, prepared);
    const stored = performance.now();
    await message(`"seq":${head.seq + 1},`);
    ms.push(performance.now() - stored);
  }
  await releaseLease(store, lease);
  ending.abort();
  await api.close();
  const p95 = percentile(ms, 0.95);
  return {
    what: "an event of the store in an open dashboard",
    figure: `p95 ${Math.round(p95)} ms (median ${Math.round(percentile(ms, 0.5))})`,
    bar: "≤ 1 s",
    peer: "",
    met: p95 <= 1000,
  };
}
