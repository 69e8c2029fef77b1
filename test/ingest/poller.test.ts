import { afterAll, beforeAll, expect, test } from "vitest";
import { startPoller } from "../../service/ingest/index.ts";
import { DOWN_MS, nextWait, QUIET_MS } from "../../service/ingest/pace.ts";
import type { Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const lab = new StoreLab("pglite");
let store: Store;
beforeAll(async () => {
  store = await lab.open();
});
afterAll(() => lab.stop());

test("a busy instance is pulled each second, a quiet one less and less often, one that is down at last every five minutes", () => {
  expect(nextWait({ events: 5, failed: false, failures: 0, before_ms: 9_000 })).toBe(1_000);
  const quiet: number[] = [];
  for (let wait = 1_000, i = 0; i < 10; i++) {
    wait = nextWait({ events: 0, failed: false, failures: 0, before_ms: wait });
    quiet.push(wait);
  }
  expect(quiet.slice(0, 3)).toEqual([1_500, 2_250, 3_375]);
  expect(quiet.at(-1)).toBe(QUIET_MS);
  const down = [1, 2, 3, 20].map((failures) => nextWait({ events: 0, failed: true, failures, before_ms: 0 }, () => 1));
  expect(down).toEqual([2_000, 4_000, 8_000, DOWN_MS]);
});

test("every active instance is pulled; one that fails says so, and does not hold up the others", async () => {
  const bridges = { one: new FakeBridge(makeEvents(30)), two: new FakeBridge(makeEvents(20)), down: new FakeBridge() };
  for (const name of Object.keys(bridges)) await store.instances.add({ ...ACME, name });
  bridges.down.pull = () => Promise.reject(new Error("Odoo does not answer: check the address."));
  const arrived = new Map<string, number>();
  const errors: string[] = [];
  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const look = (): void => {
    if (arrived.get("one") === 30 && arrived.get("two") === 20 && errors.length > 0) settle();
  };
  const poller = startPoller(store, {
    clients: (instance, key) => {
      expect(key).toBe(ACME.key);
      return bridges[instance.name as keyof typeof bridges];
    },
    limit: 10,
    decode,
    onEvents: (instance, events) => {
      arrived.set(instance.name, (arrived.get(instance.name) ?? 0) + events);
      look();
    },
    onError: (instance, error) => {
      errors.push(`${instance.name}: ${error.message}`);
      look();
    },
  });
  await settled;
  await poller.stop();
  expect(errors[0]).toBe("down: Odoo does not answer: check the address.");
  expect(await store.instances.get("down")).toMatchObject({ last_error: "Odoo does not answer: check the address." });
  expect(bridges.one.acknowledged).toHaveLength(1);
  expect(await verify(store, await store.instances.get("one"))).toMatchObject({ status: "intact", events: 30 });
});

test("two services share the work: each event is stored once", async () => {
  // one Odoo knows one consumer: the instances of the test before must not touch this one's nonce
  for (const { name } of await store.instances.list()) await store.instances.remove(name);
  const bridge = new FakeBridge(makeEvents(100));
  const instance = await store.instances.add({ ...ACME, name: "shared" });
  let left = 100;
  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const pollers = ["a", "b"].map((leaseHolder) =>
    startPoller(store, {
      clients: () => bridge,
      leaseHolder,
      limit: 7,
      decode,
      onEvents: (of, events) => {
        if (of.name === "shared") left -= events;
        if (left === 0) settle();
      },
    }),
  );
  await settled;
  for (const poller of pollers) await poller.stop();
  expect(await store.events.count({ instance: "shared" })).toBe(100);
  expect(await verify(store, instance)).toMatchObject({ status: "intact" });
});
