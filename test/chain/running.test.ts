import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyInstance } from "../../service/chain/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { runRetention, setPolicy } from "../../service/retention/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

describe.each(STORE_KINDS)("verification beside a running service on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  const bridge = new FakeBridge();
  let store: Store;
  let instance: Instance;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open(clock);
    instance = await store.instances.add(ACME);
    for (let day = 0; day < 5; day++) {
      bridge.events.push(...makeEvents(20, day * 20 + 1));
      await pullAll(store, instance, bridge, { decode });
      clock.addDays(1);
    }
  });
  afterAll(() => lab.stop());

  /** Verifies, and does something after the first progress. */
  const meanwhile = async (work: () => Promise<unknown>) => {
    let done = false;
    for await (const step of verifyInstance(store, instance)) {
      if (step.type === "result") return step;
      if (!done) await work();
      done = true;
    }
    throw new Error("no result");
  };

  test("what is pulled and sealed meanwhile is no forgery", async () => {
    const result = await meanwhile(async () => {
      bridge.events.push(...makeEvents(20, bridge.events.length + 1));
      await pullAll(store, instance, bridge, { decode });
    });
    expect(result).toMatchObject({ status: "intact", events: 100 });
  });

  test("what is purged meanwhile is no loss", async () => {
    await setPolicy(store, { days: 3, actor: "tester" });
    const result = await meanwhile(() => runRetention(store, { actor: "tester" }));
    expect(result).toMatchObject({ status: "pruned", head_seq: 120 });
    expect(result.pruned).toBeGreaterThan(0);
  });
});
