import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { connect } from "../../odoo_addon_client/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { lookForFindings, Rounds } from "../../service/jobs/rounds.ts";
import { openPlaces, type Places } from "../../service/places/index.ts";
import { setSessionPolicy, showPolicies } from "../../service/policies/index.ts";
import { listSessions } from "../../service/sessions/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { readSync } from "../../service/store/session-rows.ts";
import { STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const OTHER =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";

describe.each(STORE_KINDS)("the rounds on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  let places: Places;
  let demo: DemoOdoo;
  let instance: Instance;
  let rounds: Rounds;
  let connections = 0;
  const woken: string[] = [];

  const clients = (one: Instance, key: string) => {
    connections++;
    return connect({ url: one.url, database: one.db, login: one.login, secret: key, timeout_ms: 5_000 });
  };
  /** Later, so that every round is due. */
  const round = async (later_ms = 120_000) => {
    clock.now = new Date(clock.now.getTime() + later_ms);
    await rounds.run();
  };
  const sync = async () => (await readSync(store.database, instance.id))!;

  beforeAll(async () => {
    places = await openPlaces({ packaged: false });
    await lab.start();
    store = await lab.open(clock);
    demo = await openDemoOdoo({ version: "19.0", now: () => clock.now });
    instance = await store.instances.add({ name: "acme", ...demo.account });
    rounds = new Rounds(store, { clients, places, log: silent, wake: (name) => woken.push(name) });
  });
  afterAll(async () => {
    await rounds.close();
    await demo.close();
    await lab.stop();
  });

  test("bring the sessions over one connection, and ask again when it is due", async () => {
    await round(0);
    const { items } = await listSessions(store, { instance: "acme", limit: 500 });
    expect(items.length).toBeGreaterThan(100);
    const { synced_at } = await sync();
    await round(10_000);
    expect((await sync()).synced_at).toBe(synced_at);
    await round();
    expect((await sync()).synced_at).not.toBe(synced_at);
    expect(connections).toBe(1);
  });

  test("push a policy, and look now and then whether it still holds", async () => {
    await setSessionPolicy(store, { policy: { inactivity_minutes: 20 }, reason: "rule", actor: "ops" });
    await rounds.run();
    expect(demo.simulator.sessions.policy.policy).toEqual({ inactivity_minutes: 20 });
    demo.simulator.sessions.policy = { policy: {}, version: 9 };
    await round(700_000);
    expect((await showPolicies(store, "acme"))[0]).toMatchObject({
      status: "drifted",
      differences: ["inactivity_minutes"],
    });
  });

  test("send a notice once, to the one concerned", async () => {
    await pullAll(store, instance, await clients(instance, demo.account.key));
    await lookForFindings(store, places, silent);
    await round();
    demo.simulator.sessions.notices.length = 0;
    const at = clock.now.toISOString().replace("Z", "000Z");
    const login = {
      kind: "session.login",
      category: "auth",
      details: { method: "password", session: "ab".repeat(32), interface: "web" },
    };
    demo.simulator.addTransaction({
      at,
      by: { uid: 2, ip: "203.0.113.9", user_agent: OTHER, origin: { type: "http", route: "/web/login" } },
      rows: [{ model: "", record_id: 0, op: "e", after: login }],
    });
    await pullAll(store, await store.instances.get("acme"), await clients(instance, demo.account.key));
    await lookForFindings(store, places, silent);
    await round();
    await round();
    expect(demo.simulator.sessions.notices).toEqual([
      {
        login: "admin",
        kind: "new_location",
        subject: "New login to your account",
        body: expect.stringContaining("with Safari 18 on Mac OS 14.5 (203.0.113.9). If it was not you"),
      },
    ]);
  });

  test("change the key while pulling goes on, and tell the poller", async () => {
    const old = await store.instances.credential("acme");
    const keys = demo.simulator.keys;
    const status = keys.status.bind(keys);
    keys.status = () => ({ ...status(), expires_at: new Date(clock.now.getTime() + 86_400_000).toISOString() });
    await round(7 * 3_600_000);
    keys.status = status;
    expect(await store.instances.credential("acme")).not.toBe(old);
    expect(woken).toEqual(["acme"]);
    await round();
    await expect(clients(instance, old)).resolves.toBeDefined();
    await round(300_000);
    await expect(clients(instance, old)).rejects.toMatchObject({ blame: "credentials" });
    await round();
    expect((await sync()).error).toBeNull();
  });

  test("an Odoo that is away costs nothing but a growing pause, and comes back", async () => {
    await demo.simulator.setFault("down");
    await round();
    expect(await sync()).toMatchObject({
      failures: 1,
      error: expect.stringContaining("start Odoo or check the address"),
    });
    await round();
    expect((await sync()).failures).toBe(2);
    expect((await listSessions(store, { instance: "acme", live: true })).items[0]).toMatchObject({ stale: true });
    await demo.simulator.setFault(undefined);
    await round(300_000);
    expect(await sync()).toMatchObject({ failures: 0, error: null });
    expect((await listSessions(store, { instance: "acme", live: true })).items[0]).not.toHaveProperty("stale");
  });

  test("an addon that knows no sessions yet is left alone for a while", async () => {
    demo.simulator.setAddon("older");
    await round();
    const { failures } = await sync();
    await round();
    expect((await sync()).failures).toBe(failures);
    demo.simulator.setAddon("installed");
    await round(600_000);
    expect((await sync()).failures).toBe(0);
  });
});
