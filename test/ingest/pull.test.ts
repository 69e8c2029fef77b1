import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { canonical } from "../../service/chain/canonical.ts";
import { acceptInstance, pullAll, pullOnce, QuarantinedError } from "../../service/ingest/index.ts";
import { verifyWith } from "../../service/keys/signing.ts";
import type { Instance, Store, StoredEvent } from "../../service/store/index.ts";
import { releaseLease, takeLease } from "../../service/store/leases.ts";
import { decode, FakeBridge, makeEvent, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

async function all(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

describe.each(STORE_KINDS)("pulling into %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  let instance: Instance;
  let bridge: FakeBridge;
  let names = 0;

  beforeAll(async () => {
    await lab.start();
    store = await lab.open(clock);
  });
  beforeEach(async () => {
    instance = await store.instances.add({ ...ACME, name: `acme${++names}` });
    bridge = new FakeBridge();
  });
  afterAll(() => lab.stop());

  const stored = (): Promise<StoredEvent[]> => all(store.events.query({ instance: instance.name }));
  const pull = (options = {}) => pullAll(store, instance, bridge, { decode, limit: 10, ...options });

  test("every event comes back as it went in, in order, over several pages", async () => {
    bridge.events = makeEvents(35);
    const progress: number[] = [];
    expect(await pull({ onProgress: (p: { events: number }) => progress.push(p.events) })).toEqual({
      events: 35,
      more: false,
    });
    expect(progress).toEqual([10, 20, 30, 35]);
    const events = await stored();
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
    for (const [i, { instance: name, seq: _seq, hash, received_at, ...event }] of events.entries()) {
      expect(name).toBe(instance.name);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(received_at).toBe("2026-11-21T10:00:00.000000Z");
      expect(event).toEqual(bridge.events[i]);
    }
    expect(await verify(store, instance)).toMatchObject({ status: "intact", events: 35, segments: 1, unsealed: 0 });
  });

  test("a second pull of the same changes nothing", async () => {
    bridge.events = makeEvents(12);
    await pull();
    const before = await stored();
    expect(await pull()).toEqual({ events: 0, more: false });
    expect(await stored()).toEqual(before);
    expect(bridge.acknowledged).toHaveLength(1);
  });

  test("pullOnce takes one page and says that there is more", async () => {
    bridge.events = makeEvents(15);
    expect(await pullOnce(store, instance, bridge, { decode, limit: 10 })).toEqual({ events: 10, more: true });
    expect(await pullOnce(store, instance, bridge, { decode, limit: 10 })).toEqual({ events: 5, more: false });
  });

  test("NUL and lone surrogates become visible marks, an event of 5 MB is kept whole", async () => {
    const long = "x".repeat(5_000_000);
    bridge.events = [
      { ...makeEvent(1), record_name: "a\0b\ud800c", details: { text: "\0\udfff" } },
      makeEvent(2, [{ field: "body", label: "Body", type: "html", before: long, after: `${long}\\N\t\n` }]),
    ];
    await pull();
    const [first, second] = await stored();
    expect(first!.record_name).toBe("a\u2400b\ufffdc");
    expect(first!.details).toEqual({ text: "\u2400\ufffd" });
    expect(second!.changes[0]!.after).toBe(`${long}\\N\t\n`);
    expect(await verify(store, instance)).toMatchObject({ status: "intact" });
  });

  test("the acknowledgement is signed, names what is sealed, and turns the nonce", async () => {
    bridge.events = makeEvents(5);
    const nonce = bridge.identity.nonce;
    await pull();
    const [{ signature, ...payload }] = bridge.acknowledged as [(typeof bridge.acknowledged)[0]];
    expect(payload).toMatchObject({ cursor: "5", nonce, consumer: store.keys.publicKey });
    expect(verifyWith(payload.consumer, Buffer.from(canonical(payload)), signature)).toBe(true);
    expect(bridge.identity.nonce).toBe(payload.next_nonce);
    expect(await store.instances.get(instance.name)).toMatchObject({ acknowledged_seq: 5, sealed_seq: 5, head_seq: 5 });
  });

  test("an acknowledgement whose answer is lost is no quarantine, whether Odoo took it or not", async () => {
    bridge.events = makeEvents(5);
    bridge.failNext.afterAcknowledge = new Error("connection cut");
    await expect(pull()).rejects.toThrow("connection cut");
    bridge.events.push(makeEvent(6));
    expect(await pull()).toEqual({ events: 1, more: false });
    bridge.events.push(makeEvent(7));
    bridge.failNext.acknowledge = new Error("no connection");
    await expect(pull()).rejects.toThrow("no connection");
    bridge.events.push(makeEvent(8));
    expect(await pull()).toEqual({ events: 1, more: false });
    expect(await stored()).toHaveLength(8);
    expect(bridge.identity.nonce).toBe(bridge.acknowledged.at(-1)!.next_nonce);
  });

  test("a page that fails leaves what came before, and the next pull goes on from there", async () => {
    bridge.events = makeEvents(25);
    await pull({ pages: 1 });
    bridge.failNext.pull = new Error("502");
    await expect(pull()).rejects.toThrow("502");
    expect(await pull()).toEqual({ events: 15, more: false });
    expect(await stored()).toHaveLength(25);
  });

  test("who lost the lease writes nothing", async () => {
    bridge.events = makeEvents(20);
    const other = await takeLease(store, instance.id, "other");
    await expect(pull()).rejects.toThrow(/Another service is pulling/);
    await releaseLease(store, other!);
    // taken over between the pages of a pull
    const steal = async (): Promise<void> => {
      clock.addDays(1);
      await takeLease(store, instance.id, "other");
    };
    const original = bridge.pull.bind(bridge);
    bridge.pull = async (request) => {
      const page = await original(request);
      if (bridge.pulls === 2) await steal();
      return page;
    };
    await expect(pull()).rejects.toThrow(/took this instance over/);
    expect((await stored()).length % 10).toBe(0);
    expect(await verify(store, instance)).toMatchObject({ status: "intact" });
  });

  test.each([
    ["another nonce", { nonce: "older" }, /mark/],
    ["another uuid", { database_uuid: "other" }, /another database/],
    ["another cluster", { system_identifier: "1" }, /another PostgreSQL cluster/],
    ["another oid", { database_oid: 1 }, /made anew/],
    ["a neutralized copy", { neutralized: true }, /neutralized/],
  ])("%s ends in quarantine, and nothing of it is stored", async (_what, change, reason) => {
    bridge.events = makeEvents(5);
    await pull();
    bridge.events.push(makeEvent(6));
    Object.assign(bridge.identity, change);
    await expect(pull()).rejects.toThrow(QuarantinedError);
    expect(await stored()).toHaveLength(5);
    expect(await store.instances.get(instance.name)).toMatchObject({
      state: "quarantined",
      state_reason: expect.stringMatching(reason),
    });
    await expect(pull()).rejects.toThrow(QuarantinedError);
  });

  test("a restored database: quarantine, then the same chain without doubles, with the break told", async () => {
    bridge.events = makeEvents(20);
    await pull();
    bridge.events = makeEvents(15); // the backup's state
    bridge.identity.nonce = "the backup's";
    await expect(pull()).rejects.toThrow(/restored from a backup/);
    const accepted = await acceptInstance(store, instance.name, { as: "restored", client: bridge, actor: "Marc" });
    expect(accepted.state).toBe("active");
    bridge.events.push(...makeEvents(3, 100));
    await pull();
    const events = await stored();
    expect(events.map((event) => event.kind)).toContain("tracking.restored");
    expect(events[20]).toMatchObject({ kind: "tracking.restored", details: { accepted_by: "Marc" } });
    expect(events.slice(21).map((event) => event.source_id)).toEqual(
      makeEvents(3, 100).map((event) => event.source_id),
    );
    bridge.events.push(makeEvent(5)); // after the drain nothing is left out any more
    await pull();
    expect(await stored()).toHaveLength(25);
    expect(await verify(store, instance)).toMatchObject({ status: "intact" });
  });

  test("a copy becomes an instance of its own, the original's evidence stays", async () => {
    bridge.events = makeEvents(4);
    await pull();
    bridge.identity.neutralized = true;
    await expect(pull()).rejects.toThrow(QuarantinedError);
    const copy = await acceptInstance(store, instance.name, { as: "copy", client: bridge });
    expect(copy).toMatchObject({ name: `${instance.name}-copy`, state: "active", head_seq: 0 });
    await pullAll(store, copy, bridge, { decode });
    expect(await all(store.events.query({ instance: copy.name }))).toHaveLength(4);
    expect(await stored()).toHaveLength(4);
    expect(await verify(store, instance)).toMatchObject({ status: "intact" });
    expect(await verify(store, copy)).toMatchObject({ status: "intact" });
  });
});
