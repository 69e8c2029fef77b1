import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import {
  listHolds,
  listPolicies,
  planRetention,
  releaseHold,
  runRetention,
  setHold,
  setPolicy,
} from "../../service/retention/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const DAYS = 400;

describe.each(STORE_KINDS)("retention on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  const made: { instance: Instance; bridge: FakeBridge; keep: number }[] = [];

  const partitions = async (): Promise<number> =>
    (
      await store.database.query<{ n: number }>(
        "SELECT count(*) AS n FROM pg_inherits WHERE inhparent = 'event'::regclass",
      )
    )[0]!.n;
  const days = async (instance: Instance): Promise<{ oldest: string; n: number }> =>
    (
      await store.database.query<{ oldest: string; n: number }>(
        "SELECT min(received_on) AS oldest, count(*) AS n FROM event WHERE instance_id = $1",
        [instance.id],
      )
    )[0]!;
  const daysBack = (n: number): string => new Date(clock.now.getTime() - n * 86_400_000).toISOString().slice(0, 10);

  beforeAll(async () => {
    await lab.start();
    store = await lab.open(clock);
    for (const [name, keep] of [
      ["short", 30],
      ["ninety", 90],
      ["year", 365],
      ["held", 30],
    ] as const) {
      made.push({ instance: await store.instances.add({ ...ACME, name }), bridge: new FakeBridge(), keep });
      await setPolicy(store, { instance: name, days: keep, actor: "tester" });
    }
    await setHold(store, { instance: "held", reason: "case 12", actor: "tester" });
  });
  afterAll(() => lab.stop());

  test("a policy of no days, and a hold without a reason, are refused", async () => {
    await expect(setPolicy(store, { days: 0, actor: "x" })).rejects.toThrow(/whole days/);
    await expect(setHold(store, { instance: "short", reason: " ", actor: "x" })).rejects.toThrow(/reason/);
    expect(await listPolicies(store)).toContainEqual({
      instance: "year",
      days: 365,
      set_by: "tester",
      set_at: "2026-11-21T10:00:00.000000Z",
    });
    expect(await listHolds(store)).toEqual([
      { instance: "held", reason: "case 12", set_by: "tester", set_at: "2026-11-21T10:00:00.000000Z" },
    ]);
  });

  test(`${DAYS} days of late events, three policies and a hold: verifies after every purge`, async () => {
    for (let day = 0; day < DAYS; day += 5) {
      for (const { instance, bridge } of made) {
        bridge.events.push(...makeEvents(3, bridge.events.length + 1)); // occurred long ago: only the day received counts
        await pullAll(store, instance, bridge, { decode });
      }
      if (day % 50 === 45) {
        const plan = await planRetention(store);
        const result = await runRetention(store, { actor: "tester" });
        expect(result.events).toBe(plan.events);
        for (const { instance, keep } of made) {
          const { status } = await verify(store, instance);
          expect(status).toBe(instance.name === "held" || day <= keep ? "intact" : "pruned");
        }
      }
      clock.addDays(5);
    }
    const plan = await planRetention(store);
    const atOnce = await Promise.all(["one", "another"].map((actor) => runRetention(store, { actor })));
    expect(atOnce[0]!.events + atOnce[1]!.events).toBe(plan.events);
    for (const { instance, keep } of made) {
      const { oldest, n } = await days(instance);
      if (instance.name === "held") expect(n).toBe((DAYS / 5) * 3);
      else expect(oldest >= daysBack(keep)).toBe(true);
    }
    expect(await planRetention(store)).toMatchObject({ items: [{ instance: "held", hold: "case 12" }], events: 0 });
    expect(await partitions()).toBeLessThan(180);
  }, 300_000);

  test("a released hold lets go, and its partitions are dropped", async () => {
    const before = await partitions();
    await releaseHold(store, { instance: "held", actor: "tester" });
    const result = await runRetention(store, { actor: "tester" });
    expect(result).toMatchObject({ verified: ["held"] });
    expect(result.dropped_partitions).toBeGreaterThan(50);
    expect(await partitions()).toBe(before - result.dropped_partitions);
    expect(await verify(store, made[3]!.instance)).toMatchObject({ status: "pruned" });
  });

  test("events that vanish without a tombstone, or with a forged one, are no purge", async () => {
    const { instance } = made[2]!;
    const owner = (sql: string) => store.database.ownerTransaction((tx) => tx.query(sql));
    const count = async () => (await verify(store, instance)).pruned;
    expect(await count()).toBeGreaterThan(0);
    await owner(`CREATE TABLE kept AS SELECT * FROM tombstone`);
    for (const forgery of [
      `DELETE FROM tombstone WHERE instance_id = '${instance.id}' AND number = 1`,
      `DELETE FROM tombstone WHERE instance_id = '${instance.id}' AND number = (SELECT max(number) FROM tombstone WHERE instance_id = '${instance.id}')`,
      `UPDATE tombstone SET body = replace(body, 'tester', 'nobody') WHERE instance_id = '${instance.id}' AND number = 1`,
      `UPDATE tombstone SET segment_number = segment_number + 1000 WHERE instance_id = '${instance.id}' AND number = 1`,
      `UPDATE tombstone SET purged_at = purged_at + interval '1 day' WHERE instance_id = '${instance.id}' AND number = 1`,
    ]) {
      await owner(forgery);
      expect({ forgery, ...(await verify(store, instance)) }).toMatchObject({ forgery, status: "broken" });
      await owner("DELETE FROM tombstone");
      await owner("INSERT INTO tombstone SELECT * FROM kept");
    }
    await owner("DROP TABLE kept");
    await owner(
      `DELETE FROM event WHERE instance_id = '${instance.id}' AND received_on = (SELECT min(received_on) FROM event WHERE instance_id = '${instance.id}')`,
    );
    expect(await verify(store, instance)).toMatchObject({
      status: "broken",
      reason: expect.stringContaining("missing"),
    });
  });

  test("a broken chain is not purged", async () => {
    clock.addDays(400);
    await expect(runRetention(store, { actor: "tester" })).rejects.toThrow(
      /"year" is broken at seq \d+ .*nothing of it was purged/,
    );
  });
});
