import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { runCommand } from "../../service/cli/execute.ts";
import { readSettings } from "../../service/settings/read.ts";
import type { Store } from "../../service/store/index.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { FakeTerminal } from "./fake-terminal.ts";

describe.each(STORE_KINDS)("what the command line does is in the log on %s", (kind) => {
  const lab = new StoreLab(kind);
  let odoo: DemoOdoo;
  let store: Store;
  const folder = mkdtempSync(join(tmpdir(), "vigil-audit-"));
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    odoo = await openDemoOdoo();
  });
  afterAll(async () => {
    await odoo.close();
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const vigil = async (command: string, words: string[] = [], options: Record<string, unknown> = {}) => {
    const terminal = new FakeTerminal({ answer: odoo.account.key });
    const settings = readSettings({ VIGIL_DATA_DIR: folder });
    let exit: number;
    let problem = "";
    try {
      exit = await runCommand({ command, arguments: words, options }, { terminal, settings, store });
    } catch (error) {
      exit = -1;
      problem = (error as Error).message;
    }
    return { exit, problem, out: terminal.stdout, err: terminal.stderr };
  };
  const logged = async (options = {}) =>
    (await vigil("audit list", [], { json: true, ...options })).out
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  test("adding, holding and removing an instance; its key is nowhere", async () => {
    const { url, db, login, key } = odoo.account;
    expect(await vigil("instance add", ["acme"], { url, db, login })).toMatchObject({ exit: 0 });
    const { id } = await store.instances.get("acme");
    await vigil("retention hold add", ["acme"], { reason: "case 17" });
    expect((await vigil("retention hold add", ["none"], { reason: "x" })).exit).toBe(-1);
    await vigil("instance remove", ["acme"]);
    const entries = await logged();
    expect(entries.map((entry) => [entry.action, entry.success, entry.resource?.id])).toEqual([
      ["instance.deleted", true, id],
      ["hold.added", false, undefined],
      ["hold.added", true, id],
      ["instance.created", true, id],
    ]);
    expect(entries[3]).toMatchObject({
      actor: { type: "os_user", id: "os:tester", name: "tester" },
      method: "cli",
      resource: { type: "instance", name: "acme" },
      details: { command: "instance add", url, login },
    });
    expect(entries[1].reason).toContain('no instance named "none"');
    expect(JSON.stringify(entries)).not.toContain(key);
    // reading it as JSON was taking it away
    expect((await logged({ action: "audit_log.exported" })).length).toBeGreaterThan(0);
  });

  test("looking is not in the log, and the log itself verifies", async () => {
    const before = (await logged()).length;
    await vigil("instance list");
    await vigil("events list");
    await vigil("verify");
    expect((await logged()).length).toBe(before + 1); // the logged() before
    const { exit, out } = await vigil("verify");
    expect([exit, out]).toEqual([0, expect.stringContaining("vigil:audit: intact")]);
  });

  test("accounts: the first link, another Owner, another organisation, who is where", async () => {
    const first = await vigil("account link");
    expect(first.out).toMatch(/^http:\/\/localhost:8787\/setup#[\w-]{43}\n$/);
    expect((await vigil("account list")).err).toContain("Nobody can sign in yet");
    expect((await vigil("account link", [], { setup: "ada@example.com" })).out).toContain("/setup#");
    expect((await vigil("account link", [], { reset: "nobody@example.com" })).problem).toContain(
      "Nobody has the address",
    );
    expect((await vigil("account list")).out).toMatch(/ada@example\.com .* Owner .* invited/);
    expect((await vigil("org add", ["Second"], { owner: "grace@example.com" })).out).toContain("/setup#");
    expect((await vigil("org add", ["Second"], { owner: "grace@example.com" })).problem).toContain("already");
    expect((await vigil("org list")).out).toMatch(/Second/);
    expect(await logged({ action: "auth.setup_link_made" })).toMatchObject([{ resource: { name: "ada@example.com" } }]);
  });

  test("the own log's retention is set by its name", async () => {
    expect((await vigil("retention policy set", ["400"], { instance: "vigil:audit" })).out).toContain("400 days");
    expect((await vigil("retention policy list")).out).toMatch(/vigil:audit +400 days/);
  });

  test("--organisation: everything happens in the one that is named, and only there", async () => {
    const there = { organisation: "Second" };
    await vigil("org add", ["Second"], { owner: "iva@example.com" });
    const { url, db, login } = odoo.account;
    expect(await vigil("instance add", ["theirs"], { url, db, login, ...there })).toMatchObject({ exit: 0 });
    expect((await vigil("instance list", [], { json: true, ...there })).out).toContain("theirs");
    expect((await vigil("instance list", [], { json: true })).out).not.toContain("theirs");
    await vigil("retention hold add", ["vigil:audit"], { reason: "case 18", ...there });
    const [newest] = await logged(there);
    expect(newest).toMatchObject({ action: "hold.added", success: true, details: { reason: "case 18" } });
    expect((await logged())[0]).not.toMatchObject({ details: { reason: "case 18" } });
    expect((await vigil("retention policy list", [], there)).out).toContain("case 18");
    expect((await vigil("instance list", [], { organisation: "none" })).problem).toMatch(
      /There is no organisation "none"/,
    );
  });
});
