import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  auditedStore,
  listAuditLogs,
  osUser,
  type Reader,
  SYSTEM,
  sealAudit,
  sequenceAudit,
  writeAudit,
} from "../../service/audit/index.ts";
import { planRetention, runRetention } from "../../service/retention/index.ts";
import { internalInstance } from "../../service/store/audit-rows.ts";
import type { Database, Transaction } from "../../service/store/database.ts";
import type { Store } from "../../service/store/index.ts";
import { storeThrough } from "../../service/store/scope.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const readerOf = (store: Store, permissions: string[] = ["view:owner_events"]): Reader => ({
  organisation_id: store.organisationId,
  permissions: new Set(permissions),
});

describe.each(STORE_KINDS)("the service's own audit log on %s", (kind) => {
  const lab = new StoreLab(kind);
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  const write = (store: Store, n: number, more: object = {}) =>
    store.database.transaction((tx) =>
      writeAudit(tx, {
        action: "org.updated",
        actor: osUser("ada"),
        organisation_id: store.organisationId,
        details: { n },
        at: store.clock(),
        ...more,
      }),
    );

  test("an entry is in the log when its transaction is, and not when that is undone", async () => {
    const store = await lab.open();
    await write(store, 1);
    await expect(
      store.database.transaction(async (tx) => {
        await writeAudit(tx, { action: "org.updated", actor: SYSTEM, organisation_id: store.organisationId });
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    const { items } = await listAuditLogs(store, readerOf(store), {});
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      seq: 1,
      action: "org.updated",
      actor: { type: "os_user", id: "os:ada", name: "ada" },
      success: true,
      details: { n: 1 },
    });
  });

  test("its chain verifies, sealed and unsealed, and a flipped column is found", async () => {
    const store = await lab.open();
    for (let n = 0; n < 5; n++)
      await write(store, n, { ip: "10.0.0.1", resource_type: "server", changes: [{ field: "key", secret: true }] });
    await sequenceAudit(store);
    expect(await sealAudit(store)).toBe(1);
    expect(await sealAudit(store)).toBe(0);
    await write(store, 6);
    await sequenceAudit(store);
    const instance = await internalInstance(store);
    expect(await verify(store, instance)).toMatchObject({ status: "intact", events: 6, segments: 1, unsealed: 1 });
    await store.database.ownerTransaction((tx) => tx.query("UPDATE event SET ip = '10.0.0.2' WHERE seq = 3"));
    expect(await verify(store, instance)).toMatchObject({ status: "broken", brokenAt: 3 });
  });

  test("it is no instance to pull, to list or to read events of", async () => {
    const store = await lab.open();
    await write(store, 1);
    await sequenceAudit(store);
    expect(await store.instances.list()).toEqual([]);
    await expect(store.instances.get("vigil:audit")).rejects.toThrow(/no instance/);
    expect(await store.events.count({})).toBe(0);
    expect(await store.events.latest()).toBeUndefined();
  });

  test("whatever fails within the sequencer, each entry is chained once, in order", async () => {
    const store = await lab.open();
    for (let n = 0; n < 40; n++) await write(store, n);
    // breaks at the k-th statement of the k-th attempt, inside and outside the transaction, also right after a commit
    for (let k = 0; k < 30; k++) {
      await sequenceAudit(storeThrough(store, breaking(store.database, k))).catch(() => undefined);
      await write(store, 40 + k);
    }
    const { items } = await listAuditLogs(store, readerOf(store), { limit: 500 });
    expect(items.map((item) => item.details?.n).reverse()).toEqual(Array.from({ length: 70 }, (_, n) => n));
    expect(await verify(store, await internalInstance(store))).toMatchObject({ status: "intact", events: 70 });
  });

  test("two sequencers at once chain each entry once", async () => {
    const store = await lab.open();
    const other = storeThrough(store, { ...store.database });
    for (let round = 0; round < 10; round++) {
      await Promise.all([write(store, round), write(store, 100 + round)]);
      await Promise.all([sequenceAudit(store), sequenceAudit(other)]);
    }
    await sequenceAudit(store);
    const { items } = await listAuditLogs(store, readerOf(store), { limit: 500 });
    expect(new Set(items.map((item) => item.details?.n)).size).toBe(20);
    expect(items).toHaveLength(20);
  });

  test("the working role can neither change nor delete what is chained", async () => {
    const store = await lab.open();
    await write(store, 1);
    await sequenceAudit(store);
    await expect(store.database.query("DELETE FROM event")).rejects.toThrow(/permission denied/);
    await expect(store.database.query("UPDATE event SET kind = 'x'")).rejects.toThrow(/permission denied/);
  });

  test("it is kept 90 days, then purged by retention with a tombstone, and still proves itself", async () => {
    const clock = new TestClock();
    const store = await lab.open(clock);
    await write(store, 1);
    await sequenceAudit(store);
    await sealAudit(store);
    clock.addDays(90);
    expect((await planRetention(store)).events).toBe(0);
    clock.addDays(1);
    await write(store, 2);
    await sequenceAudit(store);
    expect((await planRetention(store)).items).toMatchObject([{ instance: "vigil:audit", policy_days: 90, events: 1 }]);
    await runRetention(store, { actor: "system" });
    expect((await listAuditLogs(store, readerOf(store), {})).items.map((item) => item.seq)).toEqual([2]);
    expect(await verify(store, await internalInstance(store))).toMatchObject({ status: "pruned", pruned: 1 });
  });

  test("a verb of the store carries its entry in its own transaction", async () => {
    const store = await lab.open();
    const entry = { action: "instance.created", actor: osUser("ada"), organisation_id: store.organisationId } as const;
    const audited = auditedStore(store, entry);
    await audited.store.instances.list();
    expect(audited.written()).toBe(false);
    await audited.store.instances.add(ACME);
    expect(audited.written()).toBe(true);
    await audited.store.instances.update("acme", { last_error: "x" });
    // the same name again fails, and so there is no entry
    const again = auditedStore(store, entry);
    await expect(again.store.instances.add(ACME)).rejects.toThrow(/exists already/);
    expect(again.written()).toBe(false);
    expect((await listAuditLogs(store, readerOf(store), {})).items.map((item) => item.action)).toEqual([
      "instance.created",
    ]);
  });
});

/** A database whose statements fail from the k-th on: as if the process or the connection had ended there. */
function breaking(database: Database, k: number): Database {
  let left = k;
  const step = (): void => {
    if (left-- <= 0) throw new Error("cut off");
  };
  const guard = (tx: Transaction): Transaction => ({
    query: async (sql, parameters) => {
      step();
      return tx.query(sql, parameters);
    },
    copyIn: async (sql, text) => {
      step();
      return tx.copyIn(sql, text);
    },
  });
  return {
    ...database,
    query: async (sql, parameters) => {
      step();
      return database.query(sql, parameters);
    },
    transaction: async (work) => {
      const result = await database.transaction(async (tx) => {
        const inner = await work(guard(tx));
        step();
        return inner;
      });
      step();
      return result;
    },
  };
}
