import { createServer, type Server } from "node:http";
import { afterAll, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import { openStore } from "../../service/store/index.ts";
import { freePort } from "../odoo/workshop.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, StoreLab } from "../support/stores.ts";

const lab = new StoreLab("pglite");
afterAll(() => lab.stop());

interface Posted {
  instance: string;
  checkpoints: { body: string; hash: string; signature: string; public_key: string }[];
}

/** A witness at that port; it answers with `status` and keeps what it took. */
async function witness(port: number, status: () => number): Promise<{ server: Server; taken: Posted[] }> {
  const taken: Posted[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const code = status();
    if (code < 300) taken.push(JSON.parse(body) as Posted);
    response.writeHead(code).end();
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return { server, taken };
}

test("a webhook that was down, then ill, gets every checkpoint when it is well again, in order, each signed", async () => {
  const port = await freePort();
  const store = await openStore({ dataDir: lab.folder(), checkpointWebhook: `http://127.0.0.1:${port}/checkpoints` });
  const instance = await store.instances.add(ACME);
  const bridge = new FakeBridge(makeEvents(60));
  const seal = (): Promise<unknown> => pullAll(store, instance, bridge, { decode, limit: 10, pages: 100 });
  const more = (): void => void bridge.events.push(...makeEvents(10, bridge.events.length + 1));
  await seal(); // nobody listens there: sealing and pulling go on
  let status = 503;
  const { server, taken } = await witness(port, () => status);
  more();
  await seal();
  expect(taken).toEqual([]);
  status = 204;
  await seal(); // nothing new to seal, and yet what was missed is told
  const numbers = (): number[] =>
    taken.flatMap(({ checkpoints }) => checkpoints.map(({ body }) => (JSON.parse(body) as { number: number }).number));
  expect(numbers()).toEqual([1, 2]);
  more();
  await seal();
  expect(numbers()).toEqual([1, 2, 3]); // and none twice
  for (const { instance: name, checkpoints } of taken) {
    expect(name).toBe("acme");
    for (const { hash, signature, public_key } of checkpoints)
      expect(store.keys.verify(Buffer.from(hash, "hex"), signature, public_key)).toBe(true);
  }
  await new Promise((closed) => server.close(closed));
  await store.close();
});
