import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { createOrganisation, ownerLink } from "../../service/accounts/index.ts";
import { osUser, sealAudit } from "../../service/audit/index.ts";
import { planRetention } from "../../service/retention/index.ts";
import { scopeStore } from "../../service/store/scope.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { type AccountsLab, ADA, type Browser, PASSWORD, person, tokenOf, useAccounts } from "./lab.ts";

describe.each(STORE_KINDS.slice(-1))("organisations and their own log on %s", (kind) => {
  const stores = new StoreLab(kind);
  let lab: AccountsLab;
  let owner: Browser;
  useAccounts(stores, (opened, first) => {
    lab = opened;
    owner = first;
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
    lab.clock.addDays(1); // organisations come in the order of joining
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
    const { api_key, key: token } = (await grace.makeKey(["view:audit_logs"])).json();
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
    expect((await lab.byKey(token, "/api/audit-logs")).body).toContain("Theirs");
    const foreign = await lab.api.inject({
      url: "/api/audit-logs",
      headers: { authorization: `Bearer ${token}`, "x-organisation-id": lab.store.organisationId },
    });
    expect(foreign.statusCode).toBe(403);
  });

  test("an Owner hands the organisation over with the password: never without an Owner", async () => {
    const grace = await lab.join(owner, person("grace", "admin"));
    const member_id = (await grace.me()).person.id;
    const hand = (browser: Browser, more = {}) =>
      browser.post("/api/organisation/transfer", { member_id, password: PASSWORD, ...more });
    expect((await hand(grace, { member_id: (await owner.me()).person.id })).statusCode).toBe(403);
    expect((await hand(owner, { password: "wrong wrong wrong" })).statusCode).toBe(401);
    expect((await hand(owner, { member_id: (await owner.me()).person.id })).statusCode).toBe(409);
    const { member } = (await owner.post("/api/members", person("iva", "viewer"))).json();
    expect((await hand(owner, { member_id: member.id })).statusCode).toBe(404);
    expect((await hand(owner)).statusCode).toBe(204);
    expect(await grace.me()).toMatchObject({ organisations: [{ role: "owner" }] });
    expect(await owner.me()).toMatchObject({ organisations: [{ role: "admin" }] });
    expect((await lab.log({ action: "org.ownership_transferred" }))[0]).toMatchObject({
      changes: [{ field: "owner", before: "ada@example.com", after: "grace@example.com" }],
    });
  });

  test("its own log is held and released, with the reason", async () => {
    const hold = (audit_hold: object | null) => owner.send("PATCH", "/api/organisation", { audit_hold });
    expect((await hold({ reason: "case 7" })).json()).toMatchObject({
      audit_hold: { reason: "case 7", set_by: ADA.email },
    });
    await lab.log(); // chained
    await sealAudit(lab.store);
    const due = async () => (await planRetention(lab.store)).items[0];
    lab.clock.addDays(400);
    expect(await due()).toMatchObject({ instance: "vigil:audit", hold: "case 7" });
    await owner.login();
    expect((await hold(null)).json()).not.toHaveProperty("audit_hold");
    expect(await due()).not.toHaveProperty("hold");
    expect((await lab.log()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["hold.added", "hold.released"]),
    );
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
});
