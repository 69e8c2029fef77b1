import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { createSimulator } from "../../fixtures/odoo-simulator/index.ts";
import { Http } from "../../odoo_addon_client/http.ts";
import { connect } from "../../odoo_addon_client/index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

it.each(["json-rpc", "xml-rpc", "json-2"] as const)("an event of 5 MB arrives whole over %s", async (transport) => {
  const odoo = await createSimulator({ version: "19.0" });
  open.push(odoo);
  const comment = `<p>${"é<&\u0007]]>😀".repeat(400_000)}</p>`;
  odoo.addTransaction({
    at: "2026-11-21T09:00:00.000000Z",
    rows: [{ model: "res.partner", record_id: 1, op: "c", after: { comment } }],
  });
  const { url, database, login, key } = odoo;
  const bridge = await connect({ url, database, login, secret: key, transport });
  open.push(bridge);
  const page = await bridge.pull({ limit: 10 });
  expect(page.rows[0]?.[7]?.comment === comment).toBe(true);
});

it.each([false, true])("an answer over the limit is refused before it fills the memory (gzip: %s)", async (packed) => {
  const body = Buffer.alloc(3_000_000, "x");
  const server = createServer((_req, res) => {
    if (packed) res.setHeader("content-encoding", "gzip");
    res.end(packed ? gzipSync(body) : body);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new Http({ url, timeout_ms: 2000, max_bytes: 1_000_000 });
  open.push(http);
  await expect(http.send({ path: "/" })).rejects.toMatchObject({ name: "BadAnswerError", retryable: false });
});

it("an answer that drips in for ever is given up at the limit of the whole call", async () => {
  const timers: NodeJS.Timeout[] = [];
  const server = createServer((_req, res) => {
    res.writeHead(200, { "content-type": "text/plain" });
    timers.push(setInterval(() => res.write("."), 20));
  });
  open.push(server, { close: () => timers.forEach(clearInterval) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new Http({ url, timeout_ms: 200 });
  open.push(http);
  await expect(http.send({ path: "/" })).rejects.toMatchObject({ name: "TimeoutError", retryable: true });
});
