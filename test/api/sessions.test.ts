import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { connect } from "../../odoo_addon_client/index.ts";
import type { SystemRole } from "../../service/accounts/permissions.ts";
import { listAuditLogs } from "../../service/audit/index.ts";
import { runFindings } from "../../service/findings/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { openPlaces, type Places } from "../../service/places/index.ts";
import { syncSessions } from "../../service/sessions/index.ts";
import type { Store } from "../../service/store/index.ts";
import { claimSync } from "../../service/store/session-rows.ts";
import { as, openApi } from "../support/api.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";

describe.each(STORE_KINDS)("the API of sessions, policies and findings on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let demo: DemoOdoo;
  let api: FastifyInstance;
  let places: Places;

  beforeAll(async () => {
    places = await openPlaces({ packaged: false });
    await lab.start();
    store = await lab.open();
    demo = await openDemoOdoo({ version: "19.0" });
    const { url, db, login, key } = demo.account;
    const instance = await store.instances.add({ name: "acme", url, db, login, key });
    const open = () => connect({ url, database: db, login, secret: key });
    const odoo = await open();
    await pullAll(store, instance, odoo);
    await claimSync(store, instance.id, store.clock());
    await syncSessions(store, instance.id, { client: odoo, places, cursor: undefined });
    await runFindings(store, instance, { places });
    await odoo.close();
    api = await openApi(store, { places, connect: open });
  });
  afterAll(async () => {
    await api.close();
    await demo.close();
    await lab.stop();
  });

  const get = (path: string, role: SystemRole = "owner") =>
    api.inject({ url: `/api/instances/acme${path}`, headers: as(store, role) });
  const send = (method: "PUT" | "POST", path: string, body: object, role: SystemRole = "owner") =>
    api.inject({ method, url: `/api/instances/acme${path}`, headers: as(store, role), payload: body });
  const logged = async (action: "session.ended" | "session.user_blocked" | "policy.updated") =>
    (await listAuditLogs(store, { organisation_id: store.organisationId, permissions: new Set() }, { action })).items;

  test("sessions are listed, paged, and ended; the own log says by whom and why", async () => {
    const page = (await get("/sessions?live=true&limit=2")).json();
    expect(page.items).toHaveLength(2);
    const next = (await get(`/sessions?live=true&limit=2&cursor=${page.next_cursor}`)).json();
    expect(next.items[0].session).not.toBe(page.items[0].session);
    expect((await get("/sessions?cursor=rubbish")).statusCode).toBe(422);
    const { session } = page.items[0];
    expect((await send("POST", "/sessions/end", { session, reason: "lost" }, "member")).statusCode).toBe(403);
    expect((await send("POST", "/sessions/end", { session, reason: "lost" })).json()).toEqual({
      instance: "acme",
      ended: 1,
    });
    expect((await send("POST", "/sessions/end", { session, all: true, reason: "lost" })).statusCode).toBe(400);
    expect((await logged("session.ended"))[0]).toMatchObject({
      actor: { name: "owner" },
      details: { why: "lost", session },
    });
  });

  test("a user is blocked and unblocked", async () => {
    const block = await send("POST", "/sessions/block", { user: "admin", blocked: true, reason: "left" });
    expect(block.json()).toEqual({ instance: "acme", login: "admin", blocked: true });
    expect([...demo.simulator.sessions.blocked]).toEqual(["admin"]);
    await send("POST", "/sessions/block", { user: "admin", blocked: false, reason: "back" });
    expect(await logged("session.user_blocked")).toHaveLength(1);
  });

  test("logins and findings are listed with what they rest on", async () => {
    const { items } = (await get("/logins?limit=3")).json();
    expect(items).toHaveLength(3);
    expect(items[0]).toMatchObject({ outcome: expect.any(String), device: { browser: expect.any(String) } });
    const failed = (await get("/logins?failed=true")).json().items;
    expect(failed.every((one: { outcome: string }) => one.outcome === "failed")).toBe(true);
    const found = (await get("/findings")).json().items;
    expect(found[0]).toMatchObject({ kind: expect.stringMatching(/^security\./), evidence: [expect.any(Number)] });
    expect((await get("/findings", "viewer")).statusCode).toBe(403);
  });

  test("a policy is shown whole, set, pushed at once, and drift is told", async () => {
    expect((await get("/policy")).json()).toMatchObject({
      status: "unmanaged",
      version: 0,
      policy: { warning_seconds: 60, exempt: [] },
    });
    const set = await send("PUT", "/policy", { policy: { inactivity_minutes: 15 }, reason: "rule" });
    expect(set.json()).toMatchObject({
      status: "applied",
      version: 1,
      changed_by: "owner",
      policy: { inactivity_minutes: 15 },
    });
    expect(demo.simulator.sessions.policy.policy).toEqual({ inactivity_minutes: 15 });
    expect(
      (await send("PUT", "/policy", { policy: { inactivity_minutes: 15 }, reason: "x" }, "member")).statusCode,
    ).toBe(403);
    expect((await send("PUT", "/policy", { policy: { inactivity: 15 }, reason: "x" })).statusCode).toBe(400);
    const zone = { allowed_hours: [{ days: [1], from: "08:00", to: "09:00", tz: "Mars" }] };
    expect((await send("PUT", "/policy", { policy: zone, reason: "x" })).json().detail).toContain("no time zone");
    const log = await logged("policy.updated");
    expect(log.map(({ success }) => success)).toEqual([false, true]);
    expect(log[1]).toMatchObject({ changes: [{ after: { inactivity_minutes: 15 } }] });
    expect((await get("/policy/versions")).json().items).toMatchObject([
      { version: 1, reason: "rule", set_by: "owner" },
    ]);
  });

  test("thresholds of the rules: the instance's before the common ones, and the own log says what was changed", async () => {
    const headers = as(store, "owner");
    const put = (url: string, payload: object, role: SystemRole = "owner") =>
      api.inject({ method: "PUT", url, payload, headers: as(store, role) });
    const ruleOf = async (url: string, name = "brute_force_user") =>
      (await api.inject({ url, headers })).json().items.find(({ rule }: { rule: string }) => rule === name);
    const common = "/api/finding-rules";
    const own = "/api/instances/acme/finding-rules";
    expect((await ruleOf(own)).parameters).toMatchObject({ attempts: 10, enabled: true, ignore: [] });
    expect((await put(`${common}/brute_force_user`, { parameters: { attempts: 20 } })).json()).toMatchObject({
      own: { attempts: 20 },
      set_by: "owner",
    });
    await put(`${own}/brute_force_user`, { parameters: { minutes: 60, ignore: ["192.0.2.0/24"] }, reason: "scanner" });
    expect(await ruleOf(own)).toMatchObject({
      own: { minutes: 60, ignore: ["192.0.2.0/24"] },
      parameters: { attempts: 20, minutes: 60 },
      defaults: { attempts: 10, minutes: 15 },
    });
    expect((await put(`${own}/brute_force_user`, { parameters: {} })).json()).toMatchObject({
      own: {},
      parameters: { attempts: 20, minutes: 15 },
    });
    const reader = { organisation_id: store.organisationId, permissions: new Set<string>() };
    const { items: log } = await listAuditLogs(store, reader, { action: "finding_rule.updated" });
    expect(log.map(({ resource, changes }) => [resource!.type, changes?.map(({ field }) => field)])).toEqual([
      ["instance", ["minutes", "ignore"]],
      ["instance", ["minutes", "ignore"]],
      ["organisation", ["attempts"]],
    ]);
    const wrong = await put(`${own}/brute_force_user`, { parameters: { attempts: 0.5 } });
    expect(wrong.statusCode).toBe(400);
    const unknown = await put(`${own}/brute_force_user`, { parameters: { tries: 5 } });
    expect([unknown.statusCode, unknown.json().detail]).toEqual([400, expect.stringContaining("attempts")]);
    expect((await put(`${common}/no_such`, { parameters: {} })).statusCode).toBe(404);
    expect((await put(`${common}/brute_force_user`, { parameters: {} }, "auditor")).statusCode).toBe(403);
    await put("/api/reports/brand", { time_zone: "Europe/Paris" });
    expect((await ruleOf(own, "unusual_hour")).parameters).toMatchObject({ time_zone: "Europe/Paris" });
  });

  test("lists are counted and paged by offset, too", async () => {
    for (const path of ["/sessions", "/findings"]) {
      const all = (await get(`${path}?limit=500`)).json();
      expect(all.total).toBe(all.items.length);
      const page = (await get(`${path}?limit=2&offset=1`)).json();
      expect([page.items, page.total]).toEqual([all.items.slice(1, 3), all.total]);
    }
    const all = (await get("/logins?limit=500")).json().items;
    expect((await get("/logins?limit=2&offset=1")).json().items).toEqual(all.slice(1, 3));
  });

  test("one whose Odoo is away waits; the common one holds where there is no own", async () => {
    await demo.simulator.setFault("down");
    const away = await send("PUT", "/policy", { policy: null, reason: "back to the common one" });
    expect(away.json()).toMatchObject({ status: "unmanaged" });
    const headers = as(store, "owner");
    const common = await api.inject({
      method: "PUT",
      url: "/api/session-policy",
      headers,
      payload: { policy: { max_sessions: 1 }, reason: "all" },
    });
    expect(common.json()).toMatchObject({ version: 1, policy: { max_sessions: 1, inactivity_minutes: null } });
    expect((await get("/policy")).json()).toMatchObject({
      status: "waiting",
      desired: { scope: "organisation" },
      policy: { max_sessions: 1 },
    });
    await demo.simulator.setFault(undefined);
    const other = {
      [Object.keys(headers)[0]!]: Object.values(as(store, "owner", "00000000-0000-4000-8000-000000000000"))[0]!,
    };
    for (const path of ["sessions", "logins", "findings", "policy"]) {
      expect((await api.inject({ url: `/api/instances/acme/${path}`, headers: other })).statusCode).toBe(404);
    }
  });
});
