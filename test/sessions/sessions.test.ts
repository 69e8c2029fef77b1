import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { CursorAheadError, NetworkError } from "../../odoo_addon_client/errors.ts";
import { type BridgeClient, connect } from "../../odoo_addon_client/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { openPlaces, type Places } from "../../service/places/index.ts";
import {
  blockUser,
  endSessions,
  listLogins,
  listSessions,
  type SessionsClient,
  type SessionsPage,
  syncSessions,
  type WireSession,
} from "../../service/sessions/index.ts";
import { toRow } from "../../service/sessions/sync.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { claimSync, planSync, purgeSessions, readSync, storeSyncFailure } from "../../service/store/session-rows.ts";
import { CHROME, GERMANY } from "../support/logins.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

const digest = (n: number) => n.toString(16).padStart(64, "0");
const started = (n: number) => new Date(Date.UTC(2026, 10, 20) + n * 60_000).toISOString().replace("Z", "000Z");
function session(n: number, rest: Partial<WireSession> = {}): WireSession {
  return {
    session: digest(n),
    user: { id: 7 + (n % 3), login: ["marc", "eve", "admin"][n % 3]!, name: "Somebody" },
    method: "password",
    interface: "web",
    started_at: started(n),
    last_request_at: started(n + 5),
    last_activity_at: started(n + 4),
    active_s: 200,
    idle_s: 40,
    ip: GERMANY,
    user_agent: CHROME,
    ...rest,
  };
}

/** An Odoo that has these sessions, and counts how often it was asked. */
class OdooSessions implements SessionsClient {
  calls = 0;
  pages: SessionsPage[];
  constructor(...pages: WireSession[][]) {
    this.pages = pages.map((sessions, i) => ({
      server_time: "2026-11-21T10:00:00.000000Z",
      cursor: String(i + 1),
      sessions,
      more: i < pages.length - 1,
    }));
  }
  async sessions({ since }: { since?: string } = {}): Promise<SessionsPage> {
    this.calls++;
    const at = Number(since ?? 0);
    return this.pages[at] ?? { ...this.pages.at(-1)!, sessions: [], cursor: String(at), more: false };
  }
  async sessionEnd(): Promise<{ ended: number }> {
    throw new NetworkError("Odoo cannot be reached: check that it runs.");
  }
  async userBlock(): Promise<never> {
    throw new NetworkError("Odoo cannot be reached: check that it runs.");
  }
}

describe.each(STORE_KINDS)("sessions on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  let places: Places;
  let serial = 0;
  beforeAll(async () => {
    places = await openPlaces();
    await lab.start();
    store = await lab.open(clock);
  });
  afterAll(() => lab.stop());

  async function instanceWith(client: SessionsClient): Promise<Instance> {
    const instance = await store.instances.add({ ...ACME, name: `acme${++serial}` });
    await claimSync(store, instance.id, clock.now);
    await sync(instance, client);
    return instance;
  }
  async function sync(instance: Instance, client: SessionsClient): Promise<number> {
    const { cursor } = (await readSync(store.database, instance.id))!;
    return (await syncSessions(store, instance.id, { client, places, cursor })).calls;
  }

  test("have device, place, durations and their precision", async () => {
    const instance = await instanceWith(new OdooSessions([session(1)]));
    const { items } = await listSessions(store, { instance: instance.name });
    expect(items).toEqual([
      {
        instance: instance.name,
        session: digest(1),
        user: { id: 8, login: "eve", name: "Somebody" },
        live: true,
        method: "password",
        interface: "web",
        started_at: started(1),
        last_request_at: started(6),
        last_activity_at: started(5),
        duration_s: 240,
        active_s: 200,
        idle_s: 40,
        precision_s: 60,
        device: {
          browser: "Chrome",
          browser_version: "131.0.0.0",
          os: "Windows",
          os_version: "10",
          device_type: "desktop",
        },
        place: { ip: GERMANY, country_code: "DE", country: "Germany", asn: 3209, as_name: "Vodafone GmbH" },
        user_agent: CHROME,
        synced_at: "2026-11-21T10:00:00.000000Z",
      },
    ]);
  });

  test("a round that finds nothing new is one call; pages are read to their end, what ended stays ended", async () => {
    const odoo = new OdooSessions(
      [session(1), session(2)],
      [session(3), session(1, { ended_at: started(9), end_reason: "logout" })],
    );
    const instance = await instanceWith(odoo);
    expect(odoo.calls).toBe(2);
    expect(await sync(instance, odoo)).toBe(1);
    odoo.pages.push({ ...odoo.pages[0]!, cursor: "3", sessions: [session(1)] });
    await sync(instance, odoo);
    const ended = await listSessions(store, { instance: instance.name, live: false });
    expect(ended.items).toMatchObject([{ session: digest(1), end_reason: "logout", live: false }]);
    expect((await listSessions(store, { instance: instance.name, live: true })).items).toHaveLength(2);
    expect((await listSessions(store, { instance: instance.name, user: "eve" })).items).toHaveLength(1);
  });

  test("ten thousand live sessions: one query a round", async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => session(n));
    const odoo = new OdooSessions(
      ...Array.from({ length: 10 }, (_, page) => many.slice(page * 1000, page * 1000 + 1000)),
    );
    const instance = await instanceWith(odoo);
    expect(await sync(instance, odoo)).toBe(1);
    const { items, next_cursor } = await listSessions(store, { instance: instance.name, live: true, limit: 500 });
    expect([items.length, items[0]!.session, typeof next_cursor]).toEqual([500, digest(9999), "string"]);
  });

  test("an Odoo restored from a backup is listened to anew", async () => {
    const odoo = new OdooSessions([session(1)]);
    const instance = await instanceWith(odoo);
    const answer = odoo.sessions.bind(odoo);
    odoo.sessions = async (request) => {
      if (request?.since !== undefined) throw new CursorAheadError("older than what was read");
      return answer(request);
    };
    expect(await sync(instance, odoo)).toBe(2);
  });

  test("an Odoo that is down leaves the last known state, marked stale", async () => {
    const instance = await instanceWith(new OdooSessions([session(1), session(2, { ended_at: started(3) })]));
    await storeSyncFailure(store, instance.id, "away", clock.now);
    const before = clock.now;
    clock.now = new Date(before.getTime() + 200_000);
    const { items } = await listSessions(store, { instance: instance.name });
    clock.now = before;
    expect(items.map(({ live, stale }) => [live, stale])).toEqual([
      [false, undefined],
      [true, true],
    ]);
  });

  test("only one of several services takes a round", async () => {
    const instance = await store.instances.add({ ...ACME, name: "shared" });
    const later = new Date(clock.now.getTime() + 60_000);
    const turns = await Promise.all([claimSync(store, instance.id, later), claimSync(store, instance.id, later)]);
    expect(turns.filter((turn) => turn !== undefined)).toHaveLength(1);
    await planSync(store, instance.id, clock.now);
    expect(await claimSync(store, instance.id, later)).toBeDefined();
  });

  test("paging shows every session once, whatever the size of the page", async () => {
    const instance = await instanceWith(
      new OdooSessions(Array.from({ length: 40 }, (_, n) => session(n, { started_at: started(n % 7) }))),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 45 }), async (limit) => {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listSessions(store, { instance: instance.name, limit, cursor });
          seen.push(...page.items.map((item) => item.session));
          cursor = page.next_cursor;
        } while (cursor !== undefined);
        expect(seen).toHaveLength(40);
        expect(new Set(seen).size).toBe(40);
      }),
      { numRuns: 8 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string(), async (cursor) => {
        await expect(listSessions(store, { cursor })).rejects.toThrow(/cursor/);
      }),
      { numRuns: 20 },
    );
  });

  test("whatever Odoo tells is stored", async () => {
    const odd: WireSession[] = [
      session(1, {
        ip: "unknown",
        user_agent: "x".repeat(10_000),
        user: { id: 1, login: "a\u0000b\u202e", name: "n".repeat(1000) },
      }),
      session(2, { ip: "::ffff:10.0.0.7", user_agent: "", active_s: Number.NaN, last_activity_at: "yesterday" }),
      session(3, { user: undefined!, ip: undefined!, user_agent: 7 as never, started_at: "?" }),
      session(4, { user_agent: "\ud800 half a pair", ended_at: started(5), ended_by: { service: "ops" } }),
    ];
    const instance = await instanceWith(new OdooSessions(odd));
    const { items } = await listSessions(store, { instance: instance.name });
    expect(items).toHaveLength(4);
    expect(items.find((item) => item.session === digest(2))).toMatchObject({ place: { ip: "10.0.0.7" }, active_s: 0 });
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const row = toRow(
          { ...session(1), user_agent: value, ip: value, last_activity_at: value, method: value } as WireSession,
          places,
        );
        expect(JSON.stringify(row)).not.toContain("\\u0000");
      }),
    );
  });

  test("ended ones go with the policy of retention, live ones and those on hold stay", async () => {
    const old = [session(1, { ended_at: started(2) }), session(2), session(3, { ended_at: started(4) })];
    const instance = await instanceWith(new OdooSessions(old));
    const before = clock.now;
    clock.addDays(366);
    const purged = await purgeSessions(store);
    clock.now = before;
    expect(purged).toBeGreaterThanOrEqual(2);
    expect((await listSessions(store, { instance: instance.name })).items.map((item) => item.session)).toEqual([
      digest(2),
    ]);
  });

  test("an Odoo that cannot be reached ends nothing and says so", async () => {
    const odoo = new OdooSessions([session(1)]);
    const instance = await instanceWith(odoo);
    const request = { instance: instance.name, user: "eve", reason: "left the company", actor: "ops" };
    await expect(endSessions(store, () => odoo, request)).rejects.toThrow(NetworkError);
  });

  test("wrong requests are refused with a sentence", async () => {
    const odoo = new OdooSessions([session(1), session(16)]);
    const instance = await instanceWith(odoo);
    const end = (request: object) =>
      endSessions(store, () => odoo, { instance: instance.name, reason: "r", actor: "ops", ...request });
    await expect(end({})).rejects.toThrow("Say which sessions");
    await expect(end({ user: "eve", all: true })).rejects.toThrow("Say which sessions");
    await expect(end({ all: true, reason: "  " })).rejects.toThrow("Give a reason");
    await expect(end({ session: "0000" })).rejects.toThrow("at least 6");
    await expect(end({ session: "000000" })).rejects.toThrow("Several sessions");
    await expect(end({ session: "abcdef" })).rejects.toThrow("No live session");
    await expect(end({ session: "'; DROP" })).rejects.toThrow("is no session");
  });
});

describe("with the simulated company", () => {
  const lab = new StoreLab("pglite");
  let store: Store;
  let demo: DemoOdoo;
  let odoo: BridgeClient;
  let instance: Instance;
  let places: Places;
  const now = new Date("2026-11-20T15:00:00Z");
  beforeAll(async () => {
    places = await openPlaces();
    store = await lab.open();
    demo = await openDemoOdoo({ version: "19.0", now: () => now });
    const { url, db, login, key } = demo.account;
    instance = await store.instances.add({ name: "acme", url, db, login, key });
    odoo = await connect({ url, database: db, login, secret: key });
    await claimSync(store, instance.id, now);
    await syncSessions(store, instance.id, { client: odoo, places, cursor: undefined });
    await pullAll(store, instance, odoo);
  });
  afterAll(async () => {
    await odoo.close();
    await demo.close();
    await lab.stop();
  });
  const clients = () =>
    connect({ url: demo.account.url, database: demo.account.db, login: demo.account.login, secret: demo.account.key });
  const again = async () => {
    const { cursor } = (await readSync(store.database, instance.id))!;
    await syncSessions(store, instance.id, { client: odoo, places, cursor });
  };

  test("its sessions are listed, one is ended by the beginning of its digest, a user is blocked", async () => {
    const { items } = await listSessions(store, { instance: "acme", live: true });
    expect(items.length).toBeGreaterThan(3);
    const [first] = items;
    const ended = await endSessions(store, clients, {
      instance: instance.id,
      session: first!.session.slice(0, 12),
      reason: "lost laptop",
      actor: "ops",
    });
    expect(ended).toEqual({ instance: "acme", ended: 1 });
    await again();
    const past = (await listSessions(store, { instance: "acme", live: false, limit: 500 })).items;
    expect(past.find((one) => one.session === first!.session)).toMatchObject({
      end_reason: "terminated",
      ended_by: { service: "ops" },
    });
    const { login } = items.at(-1)!.user;
    const request = { instance: "acme", user: login, reason: "left", actor: "ops" };
    expect(await blockUser(store, clients, { ...request, blocked: true })).toEqual({
      instance: "acme",
      login,
      blocked: true,
    });
    await again();
    expect((await listSessions(store, { instance: "acme", live: true, user: login })).items).toEqual([]);
    expect(await blockUser(store, clients, { ...request, blocked: false })).toMatchObject({ blocked: false });
  });

  test("its logins are listed newest first, with place and device, by user and by outcome", async () => {
    const { items, next_cursor } = await listLogins(store, { instance: "acme", limit: 20 }, places);
    expect(items).toHaveLength(20);
    const times = items.map(({ occurred_at }) => occurred_at);
    expect(times).toEqual([...times].sort().reverse());
    const next = await listLogins(store, { instance: "acme", limit: 20, cursor: next_cursor }, places);
    expect(next.items[0]!.occurred_at <= times.at(-1)!).toBe(true);
    const good = items.find(({ outcome }) => outcome === "success")!;
    expect(good.device.browser).not.toBe("unknown");
    const { items: theirs } = await listLogins(store, { user: good.user!.login, limit: 500 }, places);
    expect(theirs.length).toBeGreaterThan(1);
    const { items: wrong } = await listLogins(store, { failed: true, limit: 500 }, places);
    expect(wrong.every(({ outcome }) => outcome === "failed")).toBe(true);
  });
});
