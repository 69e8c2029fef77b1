import { describe, expect, test } from "vitest";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { type AccountsLab, ADA, type Browser, person, useAccounts } from "./lab.ts";

describe.each(STORE_KINDS.slice(-1))("API keys on %s", (kind) => {
  const stores = new StoreLab(kind);
  let lab: AccountsLab;
  let owner: Browser;
  useAccounts(stores, (opened, first) => {
    lab = opened;
    owner = first;
  });

  test("an API key is shown once, stored as a digest, and worth what it says", async () => {
    const made = await owner.makeKey(["view:audit_logs"]);
    const { api_key, key: token } = made.json();
    expect(token).toMatch(/^vgl_[\w-]{43}$/);
    expect(token.startsWith(api_key.prefix)).toBe(true);
    expect((await owner.get("/api/api-keys")).body).not.toContain(token);
    expect(JSON.stringify(await lab.store.database.query("SELECT * FROM api_key"))).not.toContain(token.slice(10));
    expect((await lab.byKey(token, "/api/audit-logs")).statusCode).toBe(200);
    expect((await lab.byKey(token)).statusCode).toBe(403);
    expect((await lab.byKey(token, "/api/auth/sessions")).statusCode).toBe(403);
    const listed = (await owner.get("/api/api-keys")).json().items[0];
    expect(listed).toMatchObject({
      created_by: { name: ADA.name },
      last_used_ip: "127.0.0.1",
      last_used_at: lab.clock.now.toISOString(),
    });
    expect((await lab.byKey(`${token.slice(0, -1)}x`)).statusCode).toBe(401);
    await owner.send("DELETE", `/api/api-keys/${api_key.id}`);
    const revoked = await lab.byKey(token, "/api/audit-logs");
    expect([revoked.statusCode, revoked.json().detail]).toEqual([401, expect.stringContaining("was revoked")]);
  });

  test("what a key does is in the log under its name, id and maker", async () => {
    const { api_key, key: token } = (await owner.makeKey(["view:audit_logs"])).json();
    const file = await lab.byKey(token, "/api/audit-logs/export?format=ndjson");
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
    const soon = new Date(lab.clock.now.getTime() + 3_600_000).toISOString();
    expect((await owner.makeKey(["view:environments"], { expires_at: "2020-01-01T00:00:00Z" })).statusCode).toBe(422);
    const { key: token } = (await owner.makeKey(["view:environments"], { expires_at: soon })).json();
    expect((await lab.byKey(token)).statusCode).toBe(200);
    lab.pass(3_600_000);
    for (let n = 0; n < 3; n++) expect((await lab.byKey(token)).json().detail).toMatch(/has expired/);
    expect(await lab.log({ action: "auth.login_failed" })).toMatchObject([{ method: "api_key", reason: "expired" }]);

    const grace = await lab.join(owner, person("grace", "admin"));
    const made = (await grace.makeKey(["manage:members", "view:environments"])).json().key;
    expect((await lab.byKey(made, "/api/members")).statusCode).toBe(200);
    await owner.send("PATCH", `/api/members/${await grace.id()}`, { role: "viewer" });
    expect((await lab.byKey(made, "/api/members")).statusCode).toBe(403);
    expect((await lab.byKey(made)).statusCode).toBe(200);
    await owner.send("DELETE", `/api/members/${await grace.id()}`);
    expect((await lab.byKey(made)).statusCode).toBe(401);
    expect((await lab.log({ action: "api_key.revoked" }))[0]!.reason).toMatch(/removed/);
  });
});
