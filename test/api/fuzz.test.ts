import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NetworkError } from "../../odoo_addon_client/index.ts";
import { ProblemBody } from "../../service/api/problem.ts";
import { ROUTES } from "../../service/api/routes.ts";
import { sealInstance } from "../../service/chain/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import type { Store } from "../../service/store/index.ts";
import { as, openApi, silent } from "../support/api.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { HOSTILE, spoiled, valid } from "../support/from-schema.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

/* Every endpoint asked with what its own schemas call right, and with what they do not: no 5xx, no other answer than they say. */

const RUNS = Number(process.env.VIGIL_FUZZ_RUNS ?? 25);
const problem = Compile(ProblemBody);
const routes = ROUTES.filter((route) => !route.streams?.includes("text/event-stream")).toSorted(
  (a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE"),
);

describe.each(STORE_KINDS)("any request on %s", (kind) => {
  const lab = new StoreLab(kind);
  const errors: object[] = [];
  let store: Store;
  let api: FastifyInstance;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    const instance = await store.instances.add(ACME);
    await pullAll(store, instance, new FakeBridge(makeEvents(40)), { decode });
    await sealInstance(store, await store.instances.get("acme"));
    api = await openApi(store, {
      log: { ...silent, error: (fields) => void errors.push(fields) },
      connect: async () => {
        throw new NetworkError("There is no Odoo here.");
      },
    });
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", async (_, route) => {
    const success = route.schema.response === undefined ? undefined : Compile(route.schema.response);
    const ids = fc.oneof({ weight: 3, arbitrary: fc.constant("acme") }, fc.uuid(), fc.constantFrom(...HOSTILE));
    const either = (schema: object): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 2, arbitrary: valid(schema) }, spoiled(schema));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          params: route.schema.params === undefined ? fc.constant({}) : either(route.schema.params),
          id: ids,
          query: either(route.schema.query ?? { type: "object", properties: {} }),
          body: route.schema.body === undefined ? fc.constant(undefined) : either(route.schema.body),
        }),
        async ({ params, id, query, body }) => {
          const values = {
            ...(params as object),
            ...(route.path.startsWith("/api/instances/{id}") ? { id } : {}),
          } as Record<string, unknown>;
          const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(values[name]) || "x");
          const answer = await api.inject({
            method: route.method,
            url: `${path}?${queryText(query)}`,
            headers: { ...as(store, "all"), ...(body === undefined ? {} : { "content-type": "application/json" }) },
            ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
          });
          const { statusCode: status } = answer;
          expect(
            [500, 503, 504].includes(status),
            `${status} ${path} ${answer.body} ${JSON.stringify(errors.at(-1))}`,
          ).toBe(false);
          expect(answer.body).not.toMatch(/at .*\.ts:\d+|SELECT |INSERT INTO|node_modules/);
          if (status >= 400) {
            expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
            expect(problem.Check(answer.json()), answer.body).toBe(true);
          } else if (success !== undefined && status !== 304) {
            const json = answer.json();
            expect(
              success.Check(json),
              `${path} ${answer.body.slice(0, 400)} ${JSON.stringify(success.Errors(json).slice(0, 3))}`,
            ).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect((await store.database.query<{ n: number }>("SELECT count(*) AS n FROM event"))[0]!.n).toBeGreaterThanOrEqual(
      40,
    );
  });

  test("bodies of 10 MB, broken JSON, strange types and paths are refused in order", async () => {
    const post = (payload: string | Buffer, type: string, url = "/api/instances") =>
      api.inject({ method: "POST", url, payload, headers: { ...as(store, "all"), "content-type": type } });
    expect((await post(JSON.stringify({ name: "a".repeat(10_000_000) }), "application/json")).statusCode).toBe(413);
    expect((await post("{", "application/json")).statusCode).toBe(400);
    expect((await post('{"__proto__":{"a":1}}', "application/json")).statusCode).toBe(400);
    expect((await post("<a/>", "application/xml")).statusCode).toBe(415);
    expect((await post(`${"[".repeat(100_000)}`, "application/json")).statusCode).toBe(400);
    for (const path of [
      "/api/../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/api/instances/..%2f..%2fetc",
      "//etc/passwd",
      "/api/instances/%",
      `/${randomUUID()}`,
    ]) {
      const answer = await api.inject({ url: path, headers: as(store, "all") });
      expect([400, 404], path).toContain(answer.statusCode);
      expect(answer.body).not.toContain("root:");
    }
  });

  test("what looks like SQL or HTML is only text", async () => {
    for (const text of HOSTILE.filter(
      (one) => one.length > 1 && one.trim() !== "" && !one.includes("\0") && one.isWellFormed() && one.length <= 200,
    )) {
      const answer = await api.inject({
        url: `/api/instances/acme/audit-trail?q=${encodeURIComponent(text)}`,
        headers: as(store, "all"),
      });
      expect([200, 404], answer.body).toContain(answer.statusCode);
      expect(answer.headers["content-type"]).toMatch(/json/);
    }
  });
});

const encoded = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return encodeURIComponent(text.isWellFormed() ? text : "x").replace(/^\.+$/, "x");
};

function queryText(query: unknown): string {
  if (typeof query !== "object" || query === null) return encoded(query);
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
    .join("&");
}
