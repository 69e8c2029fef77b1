import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createCompany } from "../../fixtures/company.ts";
import { createSimulator, type Simulator } from "../../fixtures/odoo-simulator/index.ts";
import { loadSchema } from "../../fixtures/schema/index.ts";
import { VigilProcess } from "./vigil-process.ts";

// Each command is a process that opens the store: a second alone, ten on a machine that does much else.
vi.setConfig({ testTimeout: 240_000 });

const schema = loadSchema("18.0");
const now = new Date("2026-11-21T09:00:00Z");
const KEY = "0123456789abcdef0123456789abcdef01234567";
let odoo: Simulator;
let company: ReturnType<typeof createCompany>;
const vigil = new VigilProcess();
const account = () => ["--url", odoo.url, "--db", odoo.database, "--login", odoo.login];
const lines = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  company = createCompany({ schema, now, days: 3 });
  odoo = await createSimulator({ version: "18.0", schema, history: company.history, key: KEY });
});
afterAll(async () => {
  vigil.remove();
  await odoo.close();
});

describe("the command line, from the first word to the proof", () => {
  it("refuses to read where nothing was ever stored, and leaves nothing behind", async () => {
    const { status, stderr } = await vigil.run(["events", "list"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("There is no store in ")]);
    expect(existsSync(vigil.dataDir)).toBe(false);
  });

  it("stores no instance that does not work", async () => {
    const wrong = await vigil.run(["instance", "add", "acme", ...account()], { VIGIL_ODOO_KEY: "wrong-key-wrong-key" });
    expect([wrong.status, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toMatch(/^vigil: [^\n]+\.\n$/);
    expect(wrong.stderr).not.toContain("wrong-key");
    const away = await vigil.run(
      ["instance", "add", "acme", "--url", "http://127.0.0.1:9", "--db", "a", "--login", "b"],
      { VIGIL_ODOO_KEY: KEY },
    );
    expect(away.status).toBe(3);
    const nokey = await vigil.run(["instance", "add", "acme", ...account()]);
    expect([nokey.status, nokey.stderr]).toEqual([2, expect.stringContaining("Set VIGIL_ODOO_KEY")]);
    expect((await vigil.run(["instance", "list", "--json"])).stdout).toBe("");
  });

  it("adds one that works, and says what it found", async () => {
    const { status, stdout, stderr } = await vigil.run(["instance", "add", "acme", ...account()], {
      VIGIL_ODOO_KEY: KEY,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("acme: Odoo 18.0");
    expect((await vigil.run(["instance", "add", "acme", ...account()], { VIGIL_ODOO_KEY: KEY })).status).toBe(2);
  });

  it("pulls everything once, and nothing twice", async () => {
    const first = await vigil.run(["pull", "acme"]);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(
      /^acme: [\d,]+ new events in [\d.]+ s; stored up to seq ([\d,]+), sealed up to \1, acknowledged up to \1\.\n$/,
    );
    expect((await vigil.run(["pull", "acme"])).stdout).toContain("acme: nothing new;");
  });

  it("lists the events ascending, a line each, with the documented keys", async () => {
    const { stdout } = await vigil.run(["events", "list", "--json", "--limit", "1000000"]);
    const events = lines(stdout);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    const updated = events.find((event) => event.kind === "record.updated" && event.user);
    expect(Object.keys(updated).slice(0, 5)).toEqual(["instance", "seq", "occurred_at", "kind", "category"]);
    expect(updated).toMatchObject({
      instance: "acme",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      transaction: expect.stringMatching(/^\d+:\d+$/),
    });
    expect(Object.keys(updated.changes[0])[0]).toBe("field");
    expect(updated.occurred_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("filters, both ends of the time inclusive", async () => {
    const all = lines((await vigil.run(["events", "list", "--json", "--limit", "5000"])).stdout);
    const partner = all.find((event) => event.model === "res.partner" && event.user);
    const at = partner.occurred_at;
    const filters = [
      "--model",
      "res.partner",
      "--record",
      String(partner.record_id),
      "--user",
      partner.user.login,
      "--kind",
      partner.kind,
      "--from",
      at,
      "--to",
      at,
    ];
    const found = lines((await vigil.run(["events", "list", "--json", ...filters])).stdout);
    expect(found).toContainEqual(partner);
    expect(lines((await vigil.run(["events", "list", "--json"])).stdout)).toHaveLength(100);
    const none = await vigil.run(["events", "list", "--instance", "nobody"]);
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('no instance named "nobody"')]);
  });

  it("proves the chain", async () => {
    const { status, stdout } = await vigil.run(["verify", "--json"]);
    expect([status, lines(stdout)[0]]).toEqual([0, expect.objectContaining({ instance: "acme", status: "intact" })]);
  });

  it("has the credential nowhere in its answers and nowhere readable in its folder", async () => {
    const listed = await vigil.run(["instance", "list", "--json"]);
    expect(listed.stdout).not.toContain(KEY);
    const checked = await vigil.run(["instance", "check", "acme"]);
    expect([checked.status, checked.stdout.includes(KEY)]).toEqual([0, false]);
  });

  it("says how a word is spelt", async () => {
    expect(await vigil.run(["evnts"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean events?"),
    });
    expect(await vigil.run(["verify"], { VIGIL_PROT: "1" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("VIGIL_PORT"),
    });
    expect((await vigil.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("beside a running service on the embedded store", () => {
  let service: ReturnType<VigilProcess["start"]>;
  let port: number;
  beforeAll(async () => {
    service = vigil.start(["serve"]);
    const up = await service.says(/"port":(\d+)[^\n]*vigil is up/);
    port = Number(up[1]);
  });

  it("answers health checks and nothing else", async () => {
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await ask("/livez"), await ask("/readyz"), await ask("/api/instances")]).toEqual([200, 200, 401]);
  });

  it("carries out commands as if they ran alone", async () => {
    const listed = await vigil.run(["events", "list", "--json", "--limit", "3"]);
    expect(lines(listed.stdout).map((event) => event.seq)).toEqual([1, 2, 3]);
    expect((await vigil.run(["verify"])).stdout).toContain("acme: intact");
    expect(await vigil.run(["pull", "nobody"])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("no instance named"),
    });
    const refused = await vigil.run(["instance", "add", "other", ...account()]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("Set VIGIL_ODOO_KEY") });
  });

  it("stores what happens in Odoo while it runs", async () => {
    const stored = service.says(/"events":\d+[^\n]*"msg":"stored"/);
    odoo.addTransaction(company.next(new Date("2026-11-21T09:30:00Z")));
    await stored;
    const after = lines((await vigil.run(["events", "list", "--json", "--from", "2026-11-21T09:30:00"])).stdout);
    expect(after.length).toBeGreaterThan(0);
  });

  it("refuses a second service on the same folder", async () => {
    const second = await vigil.run(["serve"]);
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining("in use by process")]);
  });

  it("ends tidily on SIGTERM, keeps its key to itself, and leaves a chain that verifies", async () => {
    service.child.kill("SIGTERM");
    const { status, stdout, stderr } = await service.ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain(KEY);
    expect(existsSync(join(vigil.dataDir, "vigil.sock"))).toBe(false);
    expect((await vigil.run(["verify"])).status).toBe(0);
    expect(readFileSync(join(vigil.dataDir, "secret.key"), "utf8").trim().length).toBeGreaterThanOrEqual(32);
  });
});

describe("a backup", () => {
  it("is a whole store in a new folder, without the key, and verifies when it is restored", async () => {
    const saved = await vigil.run(["backup", "saved"]);
    expect([saved.status, saved.stderr]).toEqual([0, ""]);
    const folder = join(vigil.folder, "saved");
    expect([existsSync(join(folder, "store")), existsSync(join(folder, "secret.key"))]).toEqual([true, false]);
    expect((await vigil.run(["backup", "saved"])).status).toBe(2);
    expect((await vigil.run(["restore", "saved"])).status).toBe(2);
    const key = readFileSync(join(vigil.dataDir, "secret.key"), "utf8").trim();
    const restored = await vigil.run(["restore", "saved"], { VIGIL_DATA_DIR: "elsewhere", VIGIL_SECRET_KEY: key });
    expect([restored.status, restored.stdout]).toEqual([0, expect.stringContaining("acme: intact")]);
    const without = await vigil.run(["restore", "saved"], { VIGIL_DATA_DIR: "without-key" });
    expect(without).toMatchObject({ status: 2, stderr: expect.stringContaining("VIGIL_SECRET_KEY") });
  });
});

describe("the demo", () => {
  it("shows the whole way and ends with --once, in a folder of its own", async () => {
    const { status, stdout } = await vigil.run(["demo", "--once"]);
    expect(stdout).toMatch(/[\d,]+ events in [\d.]+ s/);
    expect(stdout).toContain("acme: intact");
    expect(status).toBe(0);
    const own = await vigil.run(["events", "list", "--json", "--limit", "1"], { VIGIL_DATA_DIR: ".vigil-demo" });
    expect(lines(own.stdout)[0].seq).toBe(1);
  });
});
