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

/** A witness at that port; it answers with `status` (when that is known) and keeps what it took. */
async function witness(
  port: number,
  status: () => number | Promise<number>,
): Promise<{ server: Server; taken: Posted[] }> {
  const taken: Posted[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const code = await status();
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
  const seal = async (): Promise<void> => {
    await pullAll(store, instance, bridge, { decode, limit: 10, pages: 100 });
    await Promise.all(store.background);
  };
  const seen = async () => (await store.instances.list())[0]!;
  const more = (): void => void bridge.events.push(...makeEvents(10, bridge.events.length + 1));
  await seal(); // nobody listens there: sealing and pulling go on
  expect(await seen()).toMatchObject({ webhook_failures: 1, sealed_seq: 60 });
  expect((await seen()).warnings[0]).toMatch(/webhook did not take the last checkpoints \(it cannot be reached\)/);
  let status = 503;
  const { server, taken } = await witness(port, () => status);
  more();
  await seal();
  expect(taken).toEqual([]);
  expect((await seen()).warnings[0]).toMatch(/failed 2 times in a row \(it answered 503\)/);
  status = 204;
  await seal(); // nothing new to seal, and yet what was missed is told
  const numbers = (): number[] =>
    taken.flatMap(({ checkpoints }) => checkpoints.map(({ body }) => (JSON.parse(body) as { number: number }).number));
  expect(numbers()).toEqual([1, 2]);
  expect((await seen()).warnings).toEqual([]);
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

test("a webhook that hangs holds nothing up: sealing ends before it answers", async () => {
  const port = await freePort();
  const answer = Promise.withResolvers<number>();
  const { server, taken } = await witness(port, () => answer.promise);
  const store = await openStore({ dataDir: lab.folder(), checkpointWebhook: `http://127.0.0.1:${port}/` });
  const instance = await store.instances.add(ACME);
  const bridge = new FakeBridge(makeEvents(20));
  await pullAll(store, instance, bridge, { decode });
  bridge.events.push(...makeEvents(10, 21));
  await pullAll(store, instance, bridge, { decode });
  expect(await store.instances.get("acme")).toMatchObject({ sealed_seq: 30, acknowledged_seq: 30 });
  answer.resolve(200);
  await store.close(); // waits for what is on its way
  expect(taken.flatMap(({ checkpoints }) => checkpoints)).toHaveLength(2);
  await new Promise((closed) => server.close(closed));
});
