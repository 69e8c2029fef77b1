import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  PERMISSION_NAMES,
  type Permission,
  permissionsOf,
  type SystemRole,
} from "../../service/accounts/permissions.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { type AccountsLab, type Browser, PASSWORD, person, tokenOf, useAccounts } from "./lab.ts";

describe.each(STORE_KINDS.slice(-1))("members and roles on %s", (kind) => {
  const stores = new StoreLab(kind);
  let lab: AccountsLab;
  let owner: Browser;
  useAccounts(stores, (opened, first) => {
    lab = opened;
    owner = first;
  });

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
    const ada = await owner.id();
    expect((await owner.send("DELETE", `/api/members/${ada}`)).json().detail).toMatch(/last Owner/);
    expect((await owner.send("PATCH", `/api/members/${ada}`, { role: "admin" })).statusCode).toBe(409);
    const grace = await lab.join(owner, person("grace", "owner"));
    const outcomes = await Promise.all([
      owner.send("DELETE", `/api/members/${await grace.id()}`),
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
    const id = await grace.id();
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
    await owner.send("PATCH", `/api/members/${await grace.id()}`, { role: "viewer" });
    expect((await owner.send("DELETE", `/api/roles/${id}`)).statusCode).toBe(204);
    expect((await owner.send("DELETE", "/api/roles/owner")).statusCode).toBe(409);
    expect((await lab.log({ resourceType: "role" })).map((entry) => entry.action)).toEqual([
      "role.deleted",
      "role.updated",
      "role.created",
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

  test("nobody grants, changes or removes what is more than their own", async () => {
    const admin = await lab.join(owner, person("grace", "admin"));
    const ada = await owner.id();
    const everything = (await owner.post("/api/roles", { name: "All", permissions: PERMISSION_NAMES })).json().id;
    const refused = [
      () => admin.post("/api/members", person("eve", "owner")),
      () => admin.post("/api/members", person("eve", everything)),
      () => admin.send("PATCH", `/api/members/${ada}`, { role: "viewer" }),
      () => admin.send("DELETE", `/api/members/${ada}`),
      () => admin.post("/api/roles", { name: "Eve", permissions: ["view:owner_events"] }),
      () => admin.send("PATCH", `/api/roles/${everything}`, { permissions: ["view:environments"] }),
      () => admin.send("DELETE", `/api/roles/${everything}`),
      () => admin.makeKey(["view:owner_events"]),
    ];
    for (const ask of refused) {
      const answer = await ask();
      expect([answer.statusCode, answer.json().detail]).toEqual([403, expect.stringContaining("view:owner_events")]);
    }
    const own = await admin.id();
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
        const me = await eve.id();
        for (const [at, { what, permissions, role: wanted }] of steps.entries()) {
          if (what === "invite") await eve.post("/api/members", person(`friend${n}-${at}`, wanted));
          if (what === "role") await eve.post("/api/roles", { name: `Eve ${n}-${at}`, permissions });
          if (what === "change-role")
            await eve.send("PATCH", `/api/roles/${role}`, { permissions: [...manage, ...permissions] });
          if (what === "promote") await eve.send("PATCH", `/api/members/${me}`, { role: wanted });
          if (what === "key") {
            const made = await eve.makeKey(permissions);
            if (made.statusCode !== 201) continue;
            const asKey = (await lab.byKey(made.json().key, "/api/auth/me")).json();
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
});
