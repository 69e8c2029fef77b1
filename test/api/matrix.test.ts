import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authenticate, createApiKey, revokeApiKey } from "../../service/accounts/index.ts";
import { PERMISSION_NAMES, permissionsOf, SYSTEM_ROLES, type SystemRole } from "../../service/accounts/permissions.ts";
import type { Principal } from "../../service/accounts/principal.ts";
import type { Route } from "../../service/api/index.ts";
import { ROUTES } from "../../service/api/routes.ts";
import { sealInstance } from "../../service/chain/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { insertMembership, joinMembership } from "../../service/store/accounts/memberships.ts";
import { insertOrganisation } from "../../service/store/accounts/organisations.ts";
import { insertPerson } from "../../service/store/accounts/people.ts";
import type { Store } from "../../service/store/index.ts";
import { AS, as, openApi } from "../support/api.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { valid } from "../support/from-schema.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

/*
 * Every endpoint with every role, without a sign-in, with another organisation's ids, and with keys that are expired,
 * revoked, or of another organisation. Made from the list of routes, so that a new one cannot be forgotten.
 */

const ROLES = [...(Object.keys(SYSTEM_ROLES) as SystemRole[]), "none"] as const;
const guarded = ROUTES.filter((route) => route.permission !== "public");
/** of a thing that an organisation has; a person's own sign-ins and passkeys are nobody else's anyway */
const hasId = ({ path }: Route) => path.includes("{id}") && !path.startsWith("/api/auth/");
const titled = (routes: readonly Route[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const);

describe.each(STORE_KINDS)("who may what, on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let api: FastifyInstance;
  let address: string;
  let id: string;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    const instance = await store.instances.add(ACME);
    id = instance.id;
    await pullAll(store, instance, new FakeBridge(makeEvents(30)), { decode });
    await sealInstance(store, await store.instances.get("acme"));
    const accounts = { store, publicUrl: () => "http://localhost:8787" };
    api = await openApi(store, {
      authenticate: async (request) => {
        const text = request.headers[AS];
        if (typeof text !== "string") return authenticate(accounts, request as never);
        const { permissions, ...rest } = JSON.parse(text);
        return { ...rest, permissions: new Set(permissions) } as Principal;
      },
    });
    address = await api.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });

  /** One of everything that has an id, of the first organisation: by the noun in its address. */
  async function makeThings(): Promise<Record<string, string>> {
    const headers = as(store, "all");
    const person = await makePerson(store, store.organisationId);
    const made = async (path: string, body: object): Promise<string> => {
      const answer = await fetch(`${address}${path}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const json = (await answer.json()) as { id: string };
      expect(answer.status, JSON.stringify(json)).toBeLessThan(300);
      return json.id;
    };
    const accounts = { store, publicUrl: () => "http://localhost:8787" };
    const principal = { type: "person", id: person, name: "Ada", organisation_id: store.organisationId } as const;
    const { api_key } = await createApiKey(
      accounts,
      { ...principal, permissions: new Set() },
      {},
      { name: "k", permissions: [] },
    );
    const task = await made("/api/reports", { name: "audit", instance_ids: [id] });
    const schedule = { name: "audit", instance_ids: [id], cron: "0 6 * * 1", period: "week" };
    return {
      instances: id,
      members: person,
      roles: await made("/api/roles", { name: `Theirs ${person}`, permissions: [] }),
      "api-keys": api_key.id,
      reports: task,
      tasks: task,
      "report-schedules": await made("/api/report-schedules", schedule),
    };
  }

  /** A request that the route's own schema calls right, with these ids, else with one of the instance or of nothing. */
  function sample(
    route: Route,
    ids: Record<string, string> = { instances: id },
  ): { path: string; body: string | undefined } {
    const known: Record<string, string> = { seq: "3", model: "res.partner", recordId: "5", name: "not-found" };
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === "id" ? (ids[route.path.split("/")[2]!] ?? randomUUID()) : (known[name] ?? "x"),
    );
    const [body] =
      route.schema.body === undefined ? [undefined] : fc.sample(valid(route.schema.body), { numRuns: 1, seed: 7 });
    return { path, body: body === undefined ? undefined : JSON.stringify(body) };
  }
  async function ask(
    route: Route,
    headers: Record<string, string>,
    ids?: Record<string, string>,
  ): Promise<{ status: number; body: string }> {
    const { path, body } = sample(route, ids);
    const gone = new AbortController();
    const answer = await fetch(`${address}${path}`, {
      method: route.method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      signal: gone.signal,
      ...(body === undefined ? {} : { body }),
    });
    // a live stream does not end: its status is the answer
    const text = answer.headers.get("content-type")?.startsWith("text/event-stream") ? "" : await answer.text();
    gone.abort();
    return { status: answer.status, body: text };
  }

  test.each(titled(guarded))("%s: each role gets what the table of permissions says", async (_, route) => {
    for (const role of ROLES) {
      if (route.method === "DELETE" && route.path === "/api/instances/{id}" && role !== "viewer" && role !== "none")
        continue; // last, below
      const may =
        route.permission === "signed-in" || (role !== "none" && permissionsOf(role).has(route.permission as never));
      const { status, body } = await ask(route, as(store, role));
      const cell = { role, refused: status === 403 && JSON.parse(body).type.endsWith("/forbidden"), status };
      if (may) expect(cell.status, JSON.stringify(cell)).not.toBe(401);
      else expect(cell).toEqual({ role, refused: true, status: 403 });
      expect(status === 500, `${role} ${status} ${body}`).toBe(false);
    }
  });

  test.each(titled(guarded))("%s: nobody without a sign-in, and no key that is none", async (_, route) => {
    for (const headers of [
      {},
      { authorization: "Bearer vgl_not-a-key" },
      { authorization: "Basic YTpi" },
      { authorization: "Bearer " },
      { cookie: "vigil_session=stolen" },
    ]) {
      const { status, body } = await ask(route, headers as Record<string, string>);
      expect({ headers, status, type: JSON.parse(body).type }).toMatchObject({ headers, status: 401 });
    }
  });

  test("another organisation's things are not there, whatever the address; and they stay", async () => {
    const ids = await makeThings();
    const foreign = as(store, "all", await makeOrganisation(store, "Foreign"));
    for (const route of guarded.filter(hasId)) {
      const { status, body } = await ask(route, foreign, ids);
      const name = `${route.method} ${route.path}`;
      expect({ name, status, body: body.slice(0, 300) }).toMatchObject({ name, status: 404 });
      expect(body).not.toContain("acme.");
    }
    for (const [noun, one] of Object.entries(ids)) {
      if (noun === "tasks") continue;
      const list = await fetch(`${address}/api/${noun}`, { headers: as(store, "all") });
      expect(await list.text(), noun).toContain(one);
    }
  });

  test("keys that were revoked, have expired or belong to another organisation open nothing of this one", async () => {
    const accounts = { store, publicUrl: () => "http://localhost:8787" };
    const other = await makeOrganisation(store, "Other");
    const keyOf = async (organisation_id: string, expires_at?: string) => {
      const principal: Principal = {
        type: "person",
        id: await makePerson(store, organisation_id),
        name: "Ada",
        organisation_id,
        permissions: new Set(PERMISSION_NAMES),
      };
      return {
        principal,
        ...(await createApiKey(accounts, principal, {}, { name: "k", permissions: [...PERMISSION_NAMES], expires_at })),
      };
    };
    const revoked = await keyOf(store.organisationId);
    await revokeApiKey(accounts, revoked.principal, {}, revoked.api_key.id);
    const soon = new Date(store.clock().getTime() + 1000).toISOString();
    const expired = await keyOf(store.organisationId, soon);
    await expire(store, expired.api_key.id);
    const foreign = await keyOf(other);
    for (const route of guarded) {
      for (const { key } of [revoked, expired]) {
        const { status } = await ask(route, { authorization: `Bearer ${key}` });
        expect({ path: route.path, status }).toEqual({ path: route.path, status: 401 });
      }
    }
    const ids = await makeThings();
    for (const route of guarded.filter(hasId)) {
      const { status } = await ask(route, { authorization: `Bearer ${foreign.key}` }, ids);
      expect({ path: route.path, method: route.method, status }).toEqual({
        path: route.path,
        method: route.method,
        status: 404,
      });
    }
  });

  test("an instance is removed by who may, and is gone", async () => {
    const route = ROUTES.find(({ method, path }) => method === "DELETE" && path === "/api/instances/{id}")!;
    expect((await ask(route, as(store, "member"))).status).toBe(403);
    expect((await ask(route, as(store, "admin"))).status).toBeLessThan(300);
    expect((await ask(route, as(store, "owner"))).status).toBe(404);
  });

  test("every route says what it needs, has a summary, and is described in OpenAPI once", async () => {
    const { paths } = JSON.parse((await (await fetch(`${address}/api/openapi.json`)).text()) as string);
    const seen = new Set<string>();
    for (const route of ROUTES) {
      const name = `${route.method} ${route.path}`;
      expect(seen.has(name), name).toBe(false);
      seen.add(name);
      expect(route.summary.length, name).toBeGreaterThan(5);
      if (route.listed !== false)
        expect(paths[route.path]?.[route.method.toLowerCase()]?.summary, name).toBe(route.summary);
    }
  });
});

async function expire(store: Store, id: string): Promise<void> {
  await store.database.query("UPDATE api_key SET expires_at = $2 WHERE id = $1", [
    id,
    new Date(store.clock().getTime() - 1).toISOString(),
  ]);
}

async function makeOrganisation(store: Store, name: string): Promise<string> {
  const id = randomUUID();
  await store.database.ownerTransaction((tx) => insertOrganisation(tx, id, name, store.clock()));
  return id;
}

async function makePerson(store: Store, organisationId: string): Promise<string> {
  const id = randomUUID();
  const at = store.clock();
  await store.database.transaction(async (tx) => {
    await insertPerson(tx, { id, email: `${id}@example.com`, name: "Ada", at });
    await insertMembership(tx, {
      organisation_id: organisationId,
      person_id: id,
      role: "owner",
      invited_by: "test",
      at,
    });
    await joinMembership(tx, organisationId, id, at);
  });
  return id;
}
