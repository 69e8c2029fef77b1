import { once } from "node:events";
import { connect } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import { erase } from "../../service/retention/index.ts";
import type { Store } from "../../service/store/index.ts";
import { as, openApi } from "../support/api.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { NO_POSTGRES } from "../support/postgres.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

if (!STORE_KINDS.includes("postgresql")) console.warn(NO_POSTGRES);

describe.skipIf(!STORE_KINDS.includes("postgresql"))("the API when something goes wrong below or before it", () => {
  const lab = new StoreLab("postgresql");
  const bridge = new FakeBridge();
  let store: Store;
  let api: FastifyInstance;
  let address: string;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    await store.instances.add(ACME);
    bridge.events.push(...makeEvents(20_000, 1)); // more than the sockets between here and there hold
    await pullAll(store, await store.instances.get("acme"), bridge, { decode });
    api = await openApi(store, { slowestReaderMs: 1_000 });
    address = await api.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });
  const page = () =>
    fetch(`${address}/api/instances/acme/audit-trail?limit=50&user=${crypto.randomUUID()}`, {
      headers: as(store, "member"),
    });
  /** Exports that PostgreSQL is sending; its owner sees them, the working role does not. */
  const connections = async (): Promise<number> => {
    const sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY (SELECT%'";
    return store.database.ownerTransaction(async (tx) => (await tx.query<{ n: number }>(sql))[0]!.n);
  };

  test("a store that restarts under load is a 503 that says when to come back, and then it answers again", async () => {
    const answers: { status: number; type: string | null; retry: string | null }[] = [];
    let crashed = false;
    const asking = Array.from({ length: 8 }, async () => {
      for (let after = 0; after < 3; ) {
        const answer = await page();
        await answer.arrayBuffer();
        const { status, headers } = answer;
        answers.push({ status, type: headers.get("content-type"), retry: headers.get("retry-after") });
        if (crashed && status === 200) after++;
      }
    });
    await lab.postgres.crash();
    crashed = true;
    await Promise.all(asking);
    const failed = answers.filter(({ status }) => status !== 200);
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 503, type: "application/problem+json", retry: "5" })]),
    );
    expect((await page()).status).toBe(200);
  });

  test("who asks for exports and takes nothing is cut off; the fifth has to wait, and no connection to the store is held", async () => {
    const headers = as(store, "owner");
    const path = "/api/instances/acme/audit-trail/export?format=json";
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const sleepers = Array.from({ length: 4 }, () => connect(Number(new URL(address).port), "127.0.0.1"));
    for (const sleeper of sleepers) {
      await once(sleeper, "connect");
      sleeper.pause();
      sleeper.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join("")}\r\n`);
    }
    const fifth = async () => {
      const answer = await fetch(address + path, { headers });
      await answer.arrayBuffer();
      return [answer.status, answer.headers.get("retry-after")];
    };
    await expect.poll(connections, { timeout: 20_000 }).toBe(4);
    expect(await fifth()).toEqual([429, "10"]);
    await expect.poll(connections, { timeout: 20_000 }).toBe(0);
    await expect.poll(fifth, { timeout: 20_000 }).toEqual([200, null]);
    for (const sleeper of sleepers) sleeper.destroy();
  });

  test("a page that was answered before is not answered again once something came", async () => {
    const read = async () => {
      const answer = await fetch(`${address}/api/instances/acme/audit-trail?limit=2`, { headers: as(store, "member") });
      return { etag: answer.headers.get("etag"), items: ((await answer.json()) as { items: unknown[] }).items };
    };
    const [first, again] = [await read(), await read()];
    expect(again).toEqual(first);
    bridge.events.push(...makeEvents(1, bridge.events.length + 1));
    await pullAll(store, await store.instances.get("acme"), bridge, { decode });
    const later = await read();
    expect(later.items[1]).toEqual(first.items[0]);
    expect(later.etag).not.toBe(first.etag);
  });

  test("a page that was asked for in the middle of an erasure is not answered after it", async () => {
    const read = async () => {
      const headers = as(store, "member");
      const answer = await fetch(`${address}/api/instances/acme/audit-trail?limit=1&order=asc`, { headers });
      return ((await answer.json()) as { items: { model: string; record_id: number; record_name: string }[] })
        .items[0]!;
    };
    const { model, record_id: id, record_name } = await read();
    const between: string[] = [];
    const { ownerTransaction } = store.database;
    store.database.ownerTransaction = async (work) => {
      between.push((await read()).record_name);
      return ownerTransaction(work);
    };
    const instance = await store.instances.get("acme");
    await erase(store, instance, { record: { model, id } }, { reason: "request 12", actor: "tester" });
    store.database.ownerTransaction = ownerTransaction;
    expect(between).toContain(record_name);
    expect((await read()).record_name).toBe("(erased)");
  });
});
