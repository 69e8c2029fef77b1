import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCompany } from "../../fixtures/company.ts";
import { createSimulator, type Simulator } from "../../fixtures/odoo-simulator/index.ts";
import { loadSchema } from "../../fixtures/schema/index.ts";
import { runCommand } from "../../service/cli/execute.ts";
import { explain } from "../../service/cli/explain.ts";
import { openStoreFor } from "../../service/cli/open-store.ts";
import { readSettings } from "../../service/settings/read.ts";
import type { Store } from "../../service/store/index.ts";
import { holderName, releaseLease, takeLease } from "../../service/store/leases.ts";
import { seedEmbeddedStore } from "../support/embedded-template.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const schema = loadSchema("18.0");
const now = new Date("2026-11-21T09:00:00Z");
/** One store for the file (making one costs seconds on a busy machine), a new Odoo and instance for each test. */
let folder: string;
let odoo: Simulator;
let store: Store;
let company: ReturnType<typeof createCompany>;
let name: string;
let tests = 0;
const settingsOf = (dir: string) => readSettings({ VIGIL_DATA_DIR: dir, VIGIL_ODOO_TIMEOUT_MS: "2000" });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-trouble-"));
  await seedEmbeddedStore(folder);
  store = await openStoreFor(settingsOf(folder), { create: true });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  name = `acme-${++tests}`;
  company = createCompany({ schema, now, days: 1 });
  odoo = await createSimulator({ version: "18.0", schema, history: company.history, database: name });
});
afterEach(async () => {
  await store.instances.remove(name).catch(() => {});
  await odoo.close();
});

/** What the person at the terminal gets: status, output, and the one sentence of a failure. */
async function vigil(words: string, options: Record<string, unknown> = {}, into = store) {
  const terminal = new FakeTerminal({ answer: odoo.key });
  const [command, ...rest] = words.split(" : ");
  try {
    const exit = await runCommand(
      { command: command!, arguments: rest, options },
      { terminal, settings: settingsOf(into.dataDir), store: into },
    );
    return { exit: exit as number, out: terminal.stdout, err: terminal.stderr, sentence: "" };
  } catch (error) {
    const { exit, sentence } = explain(error);
    return { exit: exit as number, out: terminal.stdout, err: terminal.stderr, sentence };
  }
}
const add = (into?: Store) =>
  vigil(`instance add : ${name}`, { url: odoo.url, db: odoo.database, login: odoo.login }, into);

describe("when something is wrong, the command line says what to do", () => {
  it("tells an Odoo that is down (3) from one that says no (1)", async () => {
    expect((await add()).exit).toBe(0);
    await odoo.setFault("down");
    expect(await vigil(`pull : ${name}`)).toMatchObject({ exit: 3, sentence: expect.stringContaining("127.0.0.1") });
    await odoo.setFault(undefined);
    odoo.setKey("another-key-altogether");
    odoo.setTwoFactor(true);
    const refused = await vigil(`instance check : ${name}`);
    expect(refused).toMatchObject({ exit: 1, out: "" });
    odoo.setAddon("missing");
    expect((await vigil(`instance check : ${name}`)).exit).toBe(1);
  });

  it.each(["html502", "hang", "cut", "garbage", "server_error"] as const)(
    "answers a proxy's %s with a sentence and status 3",
    async (fault) => {
      await add();
      await odoo.setFault(fault, { delay_ms: 5_000 });
      const { exit, sentence } = await vigil(`pull : ${name}`);
      expect(exit).toBe(3);
      expect(sentence).toMatch(/^[^\n<>{}]+$/);
      expect(sentence).not.toContain("inside Vigil");
    },
  );

  it("shows a restored database as quarantined, and goes on in the same chain once it is accepted", async () => {
    await add();
    const backup = odoo.backup();
    await vigil(`pull : ${name}`);
    odoo.restoreFromBackup(backup);
    odoo.addTransaction(company.next(new Date("2026-11-21T09:30:00Z")));
    const stopped = await vigil(`pull : ${name}`);
    expect(stopped).toMatchObject({
      exit: 1,
      sentence: expect.stringContaining(`vigil instance accept ${name} --as restored|copy`),
    });
    expect((await vigil("instance list")).out).toMatch(new RegExp(`${name} +quarantined`));
    expect((await vigil(`instance accept : ${name}`, { as: "clone" })).exit).toBe(2);
    expect(await vigil(`instance accept : ${name}`, { as: "restored" })).toMatchObject({ exit: 0, sentence: "" });
    expect((await vigil(`pull : ${name}`)).exit).toBe(0);
    expect(await vigil("verify", { instance: name })).toMatchObject({
      exit: 0,
      out: expect.stringContaining(`${name}: intact`),
    });
  });

  it("takes a copy that answers in the original's place for a copy, and the original back at its new address", async () => {
    await add();
    await vigil(`pull : ${name}`);
    const copy = await odoo.copy();
    try {
      const gone = { url: odoo.url, db: odoo.database };
      await store.instances.update(name, { url: copy.url, db: copy.database });
      expect(await vigil(`pull : ${name}`)).toMatchObject({
        exit: 1,
        sentence: expect.stringContaining("quarantined"),
      });
      expect((await vigil(`instance accept : ${name}`, { as: "copy", name: `${name}-staging` })).exit).toBe(0);
      expect((await vigil(`pull : ${name}-staging`)).exit).toBe(0);
      expect(await vigil(`instance set : ${name}`, gone)).toMatchObject({
        exit: 0,
        out: expect.stringContaining("quarantine is over"),
      });
      expect((await vigil(`pull : ${name}`)).exit).toBe(0);
      for (const one of [name, `${name}-staging`])
        expect((await vigil("verify", { instance: one })).out).toContain(`${one}: intact`);
    } finally {
      await store.instances.remove(`${name}-staging`);
      await copy.close();
    }
  });

  it("changes an instance's key only for one that works, and its address only to the same database", async () => {
    await add();
    await vigil(`pull : ${name}`);
    const old = odoo.key;
    odoo.setKey("another-key-altogether");
    expect((await vigil(`pull : ${name}`)).exit).toBe(1);
    expect(await vigil(`instance set : ${name}`, { key: true })).toMatchObject({ exit: 0, sentence: "" });
    expect((await vigil(`pull : ${name}`)).exit).toBe(0);
    odoo.setKey(old);
    expect((await vigil(`instance set : ${name}`, { url: "http://127.0.0.1:9" })).exit).toBe(3);
    expect((await vigil(`instance set : ${name}`)).exit).toBe(2);
    const other = await createSimulator({
      version: "18.0",
      schema,
      history: company.history,
      database: "other",
      key: old,
    });
    const moved = await vigil(`instance set : ${name}`, { url: other.url, db: "other", key: true });
    expect(moved).toMatchObject({
      exit: 1,
      sentence: expect.stringContaining("Nothing was changed: another database"),
    });
    await other.close();
    expect((await store.instances.get(name)).url).toBe(odoo.url);
    expect(await store.instances.credential(name)).toBe("another-key-altogether");
  });

  it("shows and changes what Odoo records, and says what it does not understand", async () => {
    await add();
    const set = (models: string, options: Record<string, unknown>) =>
      vigil(`tracking set${models}`, { instance: name, reason: "payroll", ...options });
    expect((await vigil("tracking show", { instance: name })).out).toMatch(/Every model is recorded as by default/);
    expect((await set("", {})).exit).toBe(2);
    expect((await set("", { read: "on" })).exit).toBe(2);
    expect((await set(" : res.partner", { read: "yes" })).exit).toBe(2);
    expect((await set("", { users: "some" })).exit).toBe(2);
    expect(await set(" : res.partner", { read: "on", fieldsOff: "comment,ref" })).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/res\.partner {2}read on, without comment, ref\nOf all users\./),
    });
    expect((await set("", { users: "except:robot,import", keepDays: "3" })).out).toMatch(/Of all but robot, import\./);
    const rules = JSON.parse((await vigil("tracking show", { instance: name, json: true })).out);
    expect(rules).toMatchObject({
      models: { "res.partner": { read: true, fields: { comment: false, ref: false } } },
      users: { mode: "except", logins: ["robot", "import"] },
      keep_days: 3,
    });
    expect((await set(" : res.partner", { default: true })).out).toMatch(/as by default/);
  });

  it("refuses an Odoo that belongs to another service before anything is stored", async () => {
    await add();
    await vigil(`pull : ${name}`);
    const other = await openStoreFor(settingsOf(join(folder, "other")), { create: true });
    try {
      expect(await add(other)).toMatchObject({
        exit: 1,
        sentence: expect.stringContaining("belongs to another Vigil service already"),
      });
      expect(await other.instances.list()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("waits for a service that is pulling the same instance, then finishes the work", async () => {
    await add();
    const { id } = await store.instances.get(name);
    const lease = await takeLease(store, id, holderName("service"));
    const pulling = vigil(`pull : ${name}`);
    const giveBack = setTimeout(() => void releaseLease(store, lease!), 300);
    const { exit, out, err } = await pulling;
    clearTimeout(giveBack);
    expect([exit, err]).toEqual([0, expect.stringContaining("waiting for it")]);
    expect(out).toContain("new events");
  });

  it("says broken, where, and exits with 1 when an event was altered behind its back", async () => {
    await add();
    await vigil(`pull : ${name}`);
    const { id } = await store.instances.get(name);
    await store.database.ownerTransaction((tx) =>
      tx.query("UPDATE event SET record_name = 'Nobody' WHERE seq = 5 AND instance_id = $1", [id]),
    );
    const { exit, out } = await vigil("verify", { instance: name });
    expect([exit, out]).toEqual([1, expect.stringContaining(`${name}: broken at seq 5`)]);
    expect(JSON.parse((await vigil("verify", { instance: name, json: true })).out)).toMatchObject({
      status: "broken",
      broken_at: 5,
    });
  });
});

describe("keys and retention", () => {
  it("seals everything under a new secret that nobody has seen", async () => {
    await add();
    const before = readFileSync(join(folder, "secret.key"), "utf8");
    const rotated = await vigil("key rotate");
    const after = readFileSync(join(folder, "secret.key"), "utf8");
    expect([rotated.exit, before === after, rotated.out.includes(after.trim())]).toEqual([0, false, false]);
    await store.close();
    store = await openStoreFor(settingsOf(folder), { create: false });
    expect(await store.instances.credential(name)).toBe(odoo.key);
    expect((await vigil(`pull : ${name}`)).exit).toBe(0);
  });

  it("sets a policy and a hold, and says what would be deleted", async () => {
    await add();
    await vigil(`pull : ${name}`);
    expect((await vigil("retention policy set : soon")).exit).toBe(2);
    expect(await vigil("retention policy set : 365", { instance: name })).toMatchObject({
      exit: 0,
      out: expect.stringContaining("365 days"),
    });
    expect((await vigil(`retention hold add : ${name}`, { reason: "case 17" })).exit).toBe(0);
    expect((await vigil("retention policy list")).out).toMatch(new RegExp(`${name} +365 days[^]*hold: case 17`));
    expect((await vigil(`retention hold release : ${name}`)).exit).toBe(0);
    expect(await vigil("retention plan")).toMatchObject({ exit: 0, out: "Nothing is old enough to be deleted.\n" });
    expect((await vigil("retention run")).exit).toBe(0);
  });
});
