import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../service/store/index.ts";
import { as, openApi, silent } from "../support/api.ts";
import { ACME, StoreLab } from "../support/stores.ts";

describe("the API's frame", () => {
  const lab = new StoreLab("pglite");
  const logged: object[] = [];
  let store: Store;
  let api: FastifyInstance;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    await store.instances.add(ACME);
    api = await openApi(store, { log: { ...silent, error: (fields) => void logged.push(fields) } });
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });
  const get = (url: string, headers: Record<string, string> = {}) => api.inject({ method: "GET", url, headers });

  test("a list needs a sign-in and a permission, and tells only of the own organisation", async () => {
    expect((await get("/api/instances")).statusCode).toBe(401);
    expect((await get("/api/instances", as(store, "none"))).statusCode).toBe(403);
    const answer = await get("/api/instances", as(store, "viewer"));
    expect(answer.json()).toMatchObject({ items: [{ name: "acme", health: "waiting" }], total: 1 });
    expect(answer.body).not.toContain(ACME.key);
    expect((await get("/api/instances", as(store, "owner", randomUUID()))).json()).toEqual({ items: [], total: 0 });
    const { id } = await store.instances.get("acme");
    expect((await get(`/api/instances/${id}`, as(store, "owner", randomUUID()))).statusCode).toBe(404);
    expect((await get(`/api/instances/${id}`, as(store, "viewer"))).json().name).toBe("acme");
    expect((await get("/api/instances/acme", as(store, "viewer"))).json().id).toBe(id);
  });

  test("every error is a problem with a reference", async () => {
    for (const [url, status] of [
      ["/api/instances/none", 404],
      ["/api/nothing", 404],
      ["/api/instances?unknown=1", 400],
      ["/api/instances/%00", 422],
    ] as const) {
      const answer = await get(url, as(store, "owner"));
      expect({ url, status: answer.statusCode }).toEqual({ url, status });
      expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({
        status,
        type: expect.stringMatching(/^\/api\/problems\//),
        instance: expect.stringMatching(/^urn:uuid:/),
      });
      expect((await get(answer.json().type)).json().remedy).toBeTruthy();
    }
  });

  test("what nobody foresaw is masked, and found in the log under its reference", async () => {
    const broken = await openApi(store, {
      log: { ...silent, error: (fields) => void logged.push(fields) },
      authenticate: async () => {
        throw new Error("SELECT secret FROM credential");
      },
    });
    const answer = await broken.inject({ url: "/api/instances" });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("credential");
    expect(JSON.stringify(logged)).toContain("SELECT secret");
    expect(JSON.stringify(logged)).toContain(answer.json().instance.slice("urn:uuid:".length));
    await broken.close();
  });

  test("the same answer again is 304", async () => {
    const first = await get("/api/instances", as(store, "viewer"));
    const again = await get("/api/instances", {
      ...as(store, "viewer"),
      "if-none-match": first.headers.etag as string,
    });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });

  test("a large body and a wrong content type are refused", async () => {
    const post = (payload: string, type: string) =>
      api.inject({
        method: "POST",
        url: "/api/instances",
        payload,
        headers: { ...as(store, "owner"), "content-type": type },
      });
    expect([404, 413]).toContain((await post(`"${"a".repeat(10_000_000)}"`, "application/json")).statusCode);
  });

  test("health and metrics answer without a sign-in, metrics only here", async () => {
    expect((await get("/livez")).json()).toEqual({ alive: true });
    expect((await get("/readyz")).json()).toEqual({ ready: true });
    const metrics = await get("/metrics");
    expect(metrics.body).toContain('vigil_instance_events{instance="acme"} 0');
    expect((await api.inject({ url: "/metrics", remoteAddress: "10.1.1.1" })).statusCode).toBe(403);
  });

  test("OpenAPI 3.1 describes it, and its page loads nothing from elsewhere", async () => {
    const document = (await get("/api/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(document.paths["/api/instances/{id}"].get.summary).toBeTruthy();
    const page = await get("/api/docs/");
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.headers["content-security-policy"]).not.toMatch(/unsafe-inline|unsafe-eval|https:\/\//);
  });

  test("pages are framed by nobody and run no script of others", async () => {
    const { headers } = await get("/api/instances", as(store, "viewer"));
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });
});
