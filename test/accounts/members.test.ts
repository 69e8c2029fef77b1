import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOrganisation, ownerLink } from "../../service/accounts/index.ts";
import {
  PERMISSION_NAMES,
  type Permission,
  permissionsOf,
  type SystemRole,
} from "../../service/accounts/permissions.ts";
import { osUser } from "../../service/audit/index.ts";
import { scopeStore } from "../../service/store/scope.ts";
import { STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";
import { type AccountsLab, ADA, type Browser, openAccounts, PASSWORD, tokenOf } from "./lab.ts";

const person = (name: string, role: string) => ({ email: `${name}@example.com`, name, role });

// opening a store for each test takes seconds on PGlite: signing in is tested on both, the rest where it is fastest
describe.each(STORE_KINDS.slice(-1))("members, roles and keys on %s", (kind) => {
  const stores = new StoreLab(kind);
  let clock: TestClock;
  let lab: AccountsLab;
  let owner: Browser;
  beforeAll(() => stores.start());
  afterAll(() => stores.stop());
  beforeEach(async () => {
    clock = new TestClock();
    lab = await openAccounts(await stores.open(clock));
    owner = await lab.owner();
  });
  const idOf = async (browser: Browser): Promise<string> => (await browser.me()).person.id;
  const key = (token: string, url = "/api/instances", method: "GET" | "POST" = "GET") =>
    lab.api.inject({ method, url, headers: { authorization: `Bearer ${token}` } });
  const makeKey = async (browser: Browser, permissions: Permission[], more = {}) =>
    browser.post("/api/api-keys", { name: "siem", permissions, ...more });

  test("an invited person joins, once, and is in the log", async () => {
    const invited = await owner.post("/api/members", person("grace", "member"));
    expect(invited.statusCode).toBe(201);
    const { member, link } = invited.json();
    expect(member).toMatchObject({ email: "grace@example.com", role: "member", role_name: "Member" });
    expect(member).not.toHaveProperty("joined_at");
    const browser = lab.browser();
    expect(await browser.login("grace@example.com")).toBe(401);
    expect((await browser.get(`/api/auth/link?token=${tokenOf(link)}`)).json()).toMatchObject({
      kind: "invite",
      email: "grace@example.com",
      organisation: "default",
      role_name: "Member",
      has_account: false,
    });
    const accept = () => browser.post("/api/auth/setup", { token: tokenOf(link), name: "Grace", password: PASSWORD });
    expect((await accept()).statusCode).toBe(204);
    expect((await accept()).statusCode).toBe(404);
    expect((await browser.me()).person).toMatchObject({ name: "Grace" });
    expect((await owner.post("/api/members", person("grace", "viewer"))).statusCode).toBe(409);
    expect((await lab.log()).map((entry) => entry.action).slice(0, 4)).toEqual([
      "auth.login",
      "member.joined",
      "auth.login_failed",
      "member.invited",
    ]);
  });

  test("a withdrawn invitation opens nothing", async () => {
    const { member, link } = (await owner.post("/api/members", person("grace", "member"))).json();
    expect((await owner.send("DELETE", `/api/members/${member.id}`)).statusCode).toBe(204);
    const answer = await lab.browser().post("/api/auth/setup", { token: tokenOf(link), name: "G", password: PASSWORD });
    expect(answer.statusCode).toBe(404);
    expect((await owner.get("/api/members")).json().total).toBe(1);
  });

  test("the last Owner is neither removed nor demoted, also by two Owners at once", async () => {
    const ada = await idOf(owner);
    expect((await owner.send("DELETE", `/api/members/${ada}`)).json().detail).toMatch(/last Owner/);
    expect((await owner.send("PATCH", `/api/members/${ada}`, { role: "admin" })).statusCode).toBe(409);
    const grace = await lab.join(owner, person("grace", "owner"));
    const outcomes = await Promise.all([
      owner.send("DELETE", `/api/members/${await idOf(grace)}`),
      grace.send("DELETE", `/api/members/${ada}`),
    ]);
    expect(outcomes.map((answer) => answer.statusCode).sort()[0]).toBe(204);
    const left = [owner, grace].map((browser) => browser.get("/api/auth/me"));
    expect(
      (await Promise.all(left)).map((answer) => answer.statusCode).filter((status) => status === 200),
    ).toHaveLength(1);
  });

  test("a role counts from the very next request on, and a removed person is out at once", async () => {
    const grace = await lab.join(owner, person("grace", "member"));
    const id = await idOf(grace);
    expect((await grace.get("/api/audit-logs")).statusCode).toBe(200);
    await owner.send("PATCH", `/api/members/${id}`, { role: "viewer" });
    expect((await grace.get("/api/audit-logs")).statusCode).toBe(403);
    expect((await lab.log({ action: "member.role_changed" }))[0]).toMatchObject({
      resource: { type: "member", id, name: "grace@example.com" },
      changes: [{ field: "role", before: "Member", after: "Viewer" }],
    });
    await owner.send("DELETE", `/api/members/${id}`);
    expect((await grace.get("/api/instances")).statusCode).toBe(403);
  });

  test("a custom role means its permissions, is told apart by name, and is deleted when nobody has it", async () => {
    const made = await owner.post("/api/roles", {
      name: "Watch",
      permissions: ["view:sessions", "view:environments", "end:sessions"],
    });
    const { id } = made.json();
    expect((await owner.post("/api/roles", { name: "watch", permissions: [] })).statusCode).toBe(409);
    expect((await owner.post("/api/roles", { name: "OWNER", permissions: [] })).statusCode).toBe(409);
    const grace = await lab.join(owner, person("grace", id));
    const me = (await grace.get("/api/auth/me")).json();
    expect(me.organisations[0]).toMatchObject({ role: id, role_name: "Watch" });
    expect(me.organisations[0].permissions.sort()).toEqual(["end:sessions", "view:environments", "view:sessions"]);
    expect((await owner.send("DELETE", `/api/roles/${id}`)).statusCode).toBe(409);
    await owner.send("PATCH", `/api/roles/${id}`, { permissions: ["view:audit_logs"] });
    expect((await grace.get("/api/instances")).statusCode).toBe(403);
    expect((await grace.get("/api/audit-logs")).statusCode).toBe(200);
    await owner.send("PATCH", `/api/members/${await idOf(grace)}`, { role: "viewer" });
    expect((await owner.send("DELETE", `/api/roles/${id}`)).statusCode).toBe(204);
    expect((await owner.send("DELETE", "/api/roles/owner")).statusCode).toBe(409);
    expect((await lab.log({ resourceType: "role" })).map((entry) => entry.action)).toEqual([
      "role.deleted",
      "role.updated",
      "role.created",
    ]);
  });

  test("nobody grants, changes or removes what is more than their own", async () => {
    const admin = await lab.join(owner, person("grace", "admin"));
    const ada = await idOf(owner);
    const everything = (await owner.post("/api/roles", { name: "All", permissions: PERMISSION_NAMES })).json().id;
    const refused = [
      () => admin.post("/api/members", person("eve", "owner")),
      () => admin.post("/api/members", person("eve", everything)),
      () => admin.send("PATCH", `/api/members/${ada}`, { role: "viewer" }),
      () => admin.send("DELETE", `/api/members/${ada}`),
      () => admin.post("/api/roles", { name: "Eve", permissions: ["view:owner_events"] }),
      () => admin.send("PATCH", `/api/roles/${everything}`, { permissions: ["view:environments"] }),
      () => admin.send("DELETE", `/api/roles/${everything}`),
      () => makeKey(admin, ["view:owner_events"]),
    ];
    for (const ask of refused) {
      const answer = await ask();
      expect([answer.statusCode, answer.json().detail]).toEqual([403, expect.stringContaining("view:owner_events")]);
    }
    const own = await idOf(admin);
    expect((await admin.send("PATCH", `/api/members/${own}`, { role: "owner" })).statusCode).toBe(403);
  });

  test("whatever a person with some permissions does, nobody ends with a permission that they lack", async () => {
    const manage: Permission[] = ["manage:members", "manage:roles", "manage:api_keys"];
    let n = 0;
    const step = fc.record({
      what: fc.constantFrom("invite", "role", "change-role", "key", "promote"),
      permissions: fc.subarray(PERMISSION_NAMES, { minLength: 1 }),
      role: fc.constantFrom<SystemRole>("owner", "admin", "member", "auditor", "viewer"),
    });
    await fc.assert(
      fc.asyncProperty(fc.subarray(PERMISSION_NAMES), fc.array(step, { maxLength: 6 }), async (extra, steps) => {
        n++;
        const allowed = new Set<Permission>([...manage, ...extra]);
        const role = (await owner.post("/api/roles", { name: `Role ${n}`, permissions: [...allowed] })).json().id;
        const eve = await lab.join(owner, person(`eve${n}`, role));
        const me = await idOf(eve);
        for (const [at, { what, permissions, role: wanted }] of steps.entries()) {
          if (what === "invite") await eve.post("/api/members", person(`friend${n}-${at}`, wanted));
          if (what === "role") await eve.post("/api/roles", { name: `Eve ${n}-${at}`, permissions });
          if (what === "change-role")
            await eve.send("PATCH", `/api/roles/${role}`, { permissions: [...manage, ...permissions] });
          if (what === "promote") await eve.send("PATCH", `/api/members/${me}`, { role: wanted });
          if (what === "key") {
            const made = await makeKey(eve, permissions);
            if (made.statusCode !== 201) continue;
            const asKey = (await key(made.json().key, "/api/auth/me")).json();
            for (const permission of asKey.organisations[0].permissions) expect(allowed).toContain(permission);
          }
        }
        const now = (await eve.get("/api/auth/me")).json();
        for (const permission of now.organisations[0].permissions) expect(allowed).toContain(permission);
        const roles = new Map((await owner.get("/api/roles")).json().items.map((r: { id: string }) => [r.id, r]));
        for (const member of (await owner.get("/api/members")).json().items) {
          if (!member.email.startsWith(`friend${n}-`)) continue;
          const given = (roles.get(member.role) as { permissions: Permission[] }).permissions;
          for (const permission of given) expect(allowed).toContain(permission);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("an API key is shown once, stored as a digest, and worth what it says", async () => {
    const made = await makeKey(owner, ["view:audit_logs"]);
    const { api_key, key: token } = made.json();
    expect(token).toMatch(/^vgl_[\w-]{43}$/);
    expect(token.startsWith(api_key.prefix)).toBe(true);
    expect((await owner.get("/api/api-keys")).body).not.toContain(token);
    expect(JSON.stringify(await lab.store.database.query("SELECT * FROM api_key"))).not.toContain(token.slice(10));
    expect((await key(token, "/api/audit-logs")).statusCode).toBe(200);
    expect((await key(token)).statusCode).toBe(403);
    expect((await key(token, "/api/auth/sessions")).statusCode).toBe(403);
    const listed = (await owner.get("/api/api-keys")).json().items[0];
    expect(listed).toMatchObject({
      created_by: { name: ADA.name },
      last_used_ip: "127.0.0.1",
      last_used_at: clock.now.toISOString(),
    });
    expect((await key(`${token.slice(0, -1)}x`)).statusCode).toBe(401);
    await owner.send("DELETE", `/api/api-keys/${api_key.id}`);
    const revoked = await key(token, "/api/audit-logs");
    expect([revoked.statusCode, revoked.json().detail]).toEqual([401, expect.stringContaining("was revoked")]);
  });

  test("what a key does is in the log under its name, id and maker", async () => {
    const { api_key, key: token } = (await makeKey(owner, ["view:audit_logs"])).json();
    const file = await key(token, "/api/audit-logs/export?format=ndjson");
    expect(file.statusCode).toBe(200);
    expect((await lab.log({ action: "auth.login" }))[0]).toMatchObject({ method: "api_key", ip: "127.0.0.1" });
    expect((await lab.log({ action: "audit_log.exported" }))[0]!.actor).toEqual({
      type: "api_key",
      id: api_key.id,
      name: "siem",
      created_by: ADA.name,
    });
  });

  test("a key expires, and follows its maker down and out", async () => {
    const soon = new Date(clock.now.getTime() + 3_600_000).toISOString();
    expect((await makeKey(owner, ["view:environments"], { expires_at: "2020-01-01T00:00:00Z" })).statusCode).toBe(422);
    const { key: token } = (await makeKey(owner, ["view:environments"], { expires_at: soon })).json();
    expect((await key(token)).statusCode).toBe(200);
    clock.now = new Date(clock.now.getTime() + 3_600_000);
    for (let n = 0; n < 3; n++) expect((await key(token)).json().detail).toMatch(/has expired/);
    expect(await lab.log({ action: "auth.login_failed" })).toMatchObject([{ method: "api_key", reason: "expired" }]);

    const grace = await lab.join(owner, person("grace", "admin"));
    const made = (await makeKey(grace, ["manage:members", "view:environments"])).json().key;
    expect((await key(made, "/api/members")).statusCode).toBe(200);
    await owner.send("PATCH", `/api/members/${await idOf(grace)}`, { role: "viewer" });
    expect((await key(made, "/api/members")).statusCode).toBe(403);
    expect((await key(made)).statusCode).toBe(200);
    await owner.send("DELETE", `/api/members/${await idOf(grace)}`);
    expect((await key(made)).statusCode).toBe(401);
    expect((await lab.log({ action: "api_key.revoked" }))[0]!.reason).toMatch(/removed/);
  });

  test("what is for Owners is shown to Owners only", async () => {
    await ownerLink(lab.accounts, "grace@example.com", osUser("root"));
    const member = await lab.join(owner, person("mel", "auditor"));
    const see = async (browser: Browser) => {
      const { items } = (await browser.get("/api/audit-logs?action=auth.setup_link_made")).json();
      const file = await browser.get("/api/audit-logs/export?format=csv");
      return [items.length, file.body.includes("auth.setup_link_made")];
    };
    expect(await see(owner)).toEqual([1, true]);
    expect(await see(member)).toEqual([0, false]);
  });

  test("the evidence of the own log is proved offline, and given to Owners only", async () => {
    const auditor = await lab.join(owner, person("mel", "auditor"));
    expect((await auditor.get("/api/audit-logs/export?format=evidence")).statusCode).toBe(403);
    const file = await owner.get("/api/audit-logs/export?format=evidence");
    const lines = file.body
      .trimEnd()
      .split("\n")
      .map((line: string) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: "instance", name: "vigil:audit" });
    const path = join(stores.folder(), "own.ndjson");
    writeFileSync(path, file.body);
    const { stdout } = await promisify(execFile)("python3", ["tools/verify_chain.py", path]);
    expect(stdout).toMatch(/intact|hold|ok/i);
    expect((await owner.get("/api/audit-logs/export?format=evidence&action=member.joined")).statusCode).toBe(200);
  });

  test("a person in two organisations works in the one the header names, and reaches nothing of the other", async () => {
    const grace = await lab.join(owner, person("grace", "owner"));
    clock.addDays(1); // organisations come in the order of joining
    await grace.login("grace@example.com");
    await owner.login();
    const second = await createOrganisation(lab.accounts, "Second", osUser("root"));
    const scoped = { ...lab.accounts, store: scopeStore(lab.store, second) };
    const link = await ownerLink(scoped, "grace@example.com", osUser("root"));
    expect(link).toContain("/invite#");
    const wrong = await grace.post("/api/auth/setup", { token: tokenOf(link), password: "wrong wrong wrong" });
    expect(wrong.statusCode).toBe(401);
    expect((await grace.post("/api/auth/setup", { token: tokenOf(link), password: PASSWORD })).statusCode).toBe(204);
    const me = await grace.me();
    expect(me.organisations).toMatchObject([{ name: "default" }, { name: "Second", role: "owner" }]);
    grace.organisation = second;
    expect((await grace.get("/api/members")).json().total).toBe(1);
    const { id } = (await grace.post("/api/roles", { name: "Theirs", permissions: [] })).json();
    const { api_key, key: token } = (await makeKey(grace, ["view:audit_logs"])).json();
    owner.organisation = second;
    expect((await owner.get("/api/members")).statusCode).toBe(403);
    owner.organisation = undefined;
    // a download is a link without headers: there the cookie names the organisation, and a foreign one is the default
    grace.organisation = undefined;
    for (const browser of [grace, owner]) browser.cookies.set("vigil_organisation", second);
    expect((await grace.get("/api/audit-logs/export?format=ndjson")).body).toContain("Theirs");
    expect((await owner.get("/api/audit-logs/export?format=ndjson")).body).not.toContain("Theirs");
    for (const browser of [grace, owner]) browser.cookies.delete("vigil_organisation");
    grace.organisation = second;
    // the first organisation's Owner, with the second one's ids
    for (const [method, url, body] of [
      ["PATCH", `/api/roles/${id}`, { name: "Mine" }],
      ["DELETE", `/api/roles/${id}`, undefined],
      ["DELETE", `/api/api-keys/${api_key.id}`, undefined],
      ["POST", "/api/members", person("x", id)],
    ] as const) {
      expect({ url, status: (await owner.send(method, url, body)).statusCode }).toEqual({ url, status: 404 });
    }
    expect((await owner.get("/api/audit-logs")).body).not.toContain("Theirs");
    expect((await key(token, "/api/audit-logs")).body).toContain("Theirs");
    const foreign = await lab.api.inject({
      url: "/api/audit-logs",
      headers: { authorization: `Bearer ${token}`, "x-organisation-id": lab.store.organisationId },
    });
    expect(foreign.statusCode).toBe(403);
  });

  test("the organisation is renamed, and its log kept as long as it says", async () => {
    expect((await owner.get("/api/organisation")).json()).toMatchObject({
      name: "default",
      audit_retention_days: 90,
      members: 1,
    });
    const changed = await owner.send("PATCH", "/api/organisation", { name: "Analytical", audit_retention_days: 365 });
    expect(changed.json()).toMatchObject({ name: "Analytical", audit_retention_days: 365 });
    expect((await lab.log()).slice(0, 2)).toMatchObject([
      { action: "org.settings_updated", changes: [{ field: "audit_retention_days", before: 90, after: 365 }] },
      { action: "org.updated", changes: [{ field: "name", before: "default", after: "Analytical" }] },
    ]);
  });

  test("each system role gets in where the table says", async () => {
    for (const role of ["admin", "member", "auditor", "viewer"] as const) {
      const browser = await lab.join(owner, person(role, role));
      for (const [url, permission] of [
        ["/api/instances", "view:environments"],
        ["/api/audit-logs", "view:audit_logs"],
        ["/api/members", "manage:members"],
        ["/api/api-keys", "manage:api_keys"],
      ] as const) {
        const status = (await browser.get(url)).statusCode;
        expect({ role, url, status }).toEqual({ role, url, status: permissionsOf(role).has(permission) ? 200 : 403 });
      }
    }
  });
});
