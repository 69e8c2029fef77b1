import { afterEach, describe, expect, it } from "vitest";
import {
  createSimulator,
  type OdooVersion,
  type Simulator,
  type SimulatorOptions,
} from "../../fixtures/odoo-simulator/index.ts";
import { type BridgeClient, type ConnectOptions, connect, type TransportName } from "../../odoo_addon_client/index.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
async function simulate(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await createSimulator(options);
  open.push(simulator);
  return simulator;
}
async function client(odoo: Simulator, more: Partial<ConnectOptions> = {}): Promise<BridgeClient> {
  const { url, database, login, key } = odoo;
  const bridge = await connect({ url, database, login, secret: key, timeout_ms: 10_000, ...more });
  open.push(bridge);
  return bridge;
}

describe("finding the transport", () => {
  const cases: [OdooVersion, "key" | "password", TransportName][] = [
    ["17.0", "key", "json-rpc"],
    ["18.0", "key", "json-rpc"],
    ["19.0", "key", "json-2"],
    ["19.0", "password", "json-rpc"],
  ];
  it.each(cases)("takes the right one for Odoo %s with a %s: %s", async (version, secret, transport) => {
    const odoo = await simulate({ version });
    const bridge = await client(odoo, { secret: odoo[secret] });
    expect([bridge.transport, bridge.odooVersion]).toEqual([transport, version]);
  });
});

it("says that JSON-2 came with 19", async () => {
  const odoo = await simulate({ version: "18.0" });
  await expect(client(odoo, { transport: "json-2" })).rejects.toMatchObject({
    name: "BadAnswerError",
    retryable: false,
  });
});

const transports: [OdooVersion, TransportName][] = [
  ["17.0", "json-rpc"],
  ["17.0", "xml-rpc"],
  ["18.0", "json-rpc"],
  ["18.0", "xml-rpc"],
  ["19.0", "json-rpc"],
  ["19.0", "xml-rpc"],
  ["19.0", "json-2"],
];
describe.each(transports)("Odoo %s over %s", (version, transport) => {
  it("answers every method, and keeps its connections alive", async () => {
    const odoo = await simulate({ version });
    const nasty = 'a \u0001 b & <c> ]]> "d" é 😀 \\u0000';
    odoo.addTransaction({
      at: "2026-11-21T09:14:03.120000Z",
      rows: [{ model: "res.partner", record_id: 14, op: "u", before: { city: "Fremont" }, after: { city: nasty } }],
    });
    const bridge = await client(odoo, { transport });
    expect((await bridge.hello()).identity.database).toBe("acme");
    const page = await bridge.pull({ limit: 10 });
    expect(page.rows[0]?.[7]).toEqual({ city: nasty });
    expect((await bridge.pull({ limit: 10, cursor: page.cursor, schema_version: page.schema_version })).rows).toEqual(
      [],
    );
    expect((await bridge.status()).outbox_rows).toBe(1);
    const rules = await bridge.trackingGet();
    rules.models["res.partner"] = { read: true };
    rules.users.logins = ["a<b]]>c]]>d&é😀", ""];
    expect(await bridge.trackingSet({ rules })).toEqual(rules);
    expect((await bridge.adopt({ as: "restored", nonce: "0123456789abcdef" })).identity.nonce).toBe("0123456789abcdef");
    expect(odoo.connections).toBeLessThanOrEqual(2); // undici opens a second before it knows the first is idle
  });

  it.each([
    ["wrong key", "WrongCredentialsError", "credentials", { secret: "s3cret-wrong" }, () => {}],
    ["wrong login", "WrongCredentialsError", "credentials", { login: "nobody", secret: "s3cret-wrong" }, () => {}],
    ["wrong database", "WrongDatabaseError", "database", { database: "no_such" }, () => {}],
    ["addon missing", "AddonMissingError", "addon", {}, (odoo: Simulator) => odoo.setAddon("missing")],
    ["addon older", "AddonTooOldError", "addon", {}, (odoo: Simulator) => odoo.setAddon("older")],
    ["addon newer", "AddonTooNewError", "addon", {}, (odoo: Simulator) => odoo.setAddon("newer")],
    ["no right", "AccessError", "rights", {}, (odoo: Simulator) => odoo.setAddon("forbidden")],
  ] as const)("says who is to blame: %s", async (_what, name, blame, more, arrange) => {
    const odoo = await simulate({ version });
    arrange(odoo);
    const error = await client(odoo, { transport, ...more }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name, blame, retryable: false });
    const { message, stack } = error as Error;
    expect(message).not.toContain("Traceback");
    expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain("s3cret");
    expect(message.match(/[.?!](\s|$)/g)).toHaveLength(1);
  });

  it("tells a cursor from the future by its code", async () => {
    const odoo = await simulate({ version });
    const bridge = await client(odoo, { transport });
    for (let i = 0; i < 5; i++) odoo.addTransaction({ at: "2026-11-21T09:14:03Z", rows: [] });
    const { cursor } = await bridge.pull({ limit: 1 });
    odoo.restoreFromBackup();
    await expect(bridge.pull({ limit: 1, cursor })).rejects.toMatchObject({ name: "CursorAheadError" });
    await expect(bridge.adopt({ as: "copy", nonce: "short" })).rejects.toMatchObject({ code: "vigil.bad_adopt" });
    await expect(bridge.pull({ limit: 1, cursor: "x" })).rejects.toMatchObject({ name: "CursorAheadError" });
  });
});

describe("two-factor authentication", () => {
  it.each(["17.0", "18.0", "19.0"] as const)("on %s a right password is told from a wrong one", async (version) => {
    const odoo = await simulate({ version });
    odoo.setTwoFactor(true);
    await expect(client(odoo, { secret: odoo.password })).rejects.toMatchObject({ name: "TwoFactorError" });
    await expect(client(odoo, { secret: "wrong" })).rejects.toMatchObject({ name: "WrongCredentialsError" });
    expect((await client(odoo)).odooVersion).toBe(version);
  });
});
