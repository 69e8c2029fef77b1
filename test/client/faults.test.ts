import { afterEach, describe, expect, it } from "vitest";
import { createFaultProxy } from "../../fixtures/fault-proxy.ts";
import { createSimulator, type Fault, type Simulator } from "../../fixtures/odoo-simulator/index.ts";
import { type BridgeClient, connect, type TransportName } from "../../odoo_addon_client/index.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
/** A short limit only where silence is the fault: elsewhere a busy machine must not turn one error into another. */
async function connected(transport: TransportName, silent: boolean, port?: (odoo: Simulator) => Promise<string>) {
  const odoo = await createSimulator({ version: "19.0", gzip: transport === "xml-rpc" });
  open.push(odoo);
  const { database, login, key } = odoo;
  const url = port === undefined ? odoo.url : await port(odoo);
  const bridge: BridgeClient = await connect({
    url,
    database,
    login,
    secret: key,
    transport,
    timeout_ms: silent ? 1000 : 10_000,
  });
  open.push(bridge);
  return { odoo, bridge };
}

describe.each(["json-rpc", "xml-rpc", "json-2"] as const)("what goes wrong on the way, over %s", (transport) => {
  const faults: [Fault, string, boolean, string][] = [
    ["down", "NetworkError", true, "Nobody listens"],
    ["hang", "TimeoutError", true, "within 1 s"],
    ["reset", "NetworkError", true, "was cut"],
    ["cut", "NetworkError", true, "was cut"],
    ["truncated", "BadAnswerError", true, "cut off or damaged"],
    ["html502", "BadAnswerError", true, "answered 502"],
    ["server_error", "BadAnswerError", true, "answered 500"],
    ["garbage", "BadAnswerError", false, "not Odoo's protocol"],
  ];
  it.each(faults)("%s is a %s", async (fault, name, retryable, text) => {
    const { odoo, bridge } = await connected(transport, fault === "hang");
    await odoo.setFault(fault);
    const error = await bridge.status().catch((e: unknown) => e);
    expect(error).toMatchObject({ name, retryable, message: expect.stringContaining(text) });
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain(odoo.key);
    await odoo.setFault(undefined);
    expect((await bridge.status()).gaps).toBe(0);
  });

  it("takes a slow answer that stays within the limit", async () => {
    const { odoo, bridge } = await connected(transport, false);
    await odoo.setFault("slow", { delay_ms: 50, times: 1 });
    expect((await bridge.status()).gaps).toBe(0);
  });
});

describe("the network between", () => {
  it.each([
    [{ black_hole: true }, "TimeoutError"],
    [{ reset: true }, "NetworkError"],
    [{ cut_after_bytes: 200 }, "NetworkError"],
  ] as const)("%j gives a %s, and the next call works", async (fault, name) => {
    const through = async (odoo: Simulator): Promise<string> => {
      proxy = await createFaultProxy({ port: Number(new URL(odoo.url).port) });
      open.push(proxy);
      return proxy.url;
    };
    let proxy!: Awaited<ReturnType<typeof createFaultProxy>>;
    const { bridge } = await connected("json-rpc", "black_hole" in fault, through);
    proxy.set(fault);
    proxy.cutAll();
    await expect(bridge.status()).rejects.toMatchObject({ name, retryable: true });
    proxy.set({});
    proxy.cutAll();
    expect((await bridge.status()).gaps).toBe(0);
    await proxy.refuse();
    await expect(bridge.status()).rejects.toMatchObject({ name: "NetworkError" });
    await proxy.accept();
  });
});
