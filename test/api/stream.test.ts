import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import type { Store } from "../../service/store/index.ts";
import { as, openApi } from "../support/api.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

describe.each(STORE_KINDS)("the live stream on %s", (kind) => {
  const lab = new StoreLab(kind);
  const bridge = new FakeBridge();
  let store: Store;
  let api: FastifyInstance;
  let address: string;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    await store.instances.add(ACME);
    api = await openApi(store);
    address = await api.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });
  const happen = async (count: number): Promise<void> => {
    bridge.events.push(...makeEvents(count, bridge.events.length + 1));
    await pullAll(store, await store.instances.get("acme"), bridge, { decode });
  };

  test("an event is there within a second; who comes back with the last id misses none and sees none twice", async () => {
    const seen: number[] = [];
    let last: string | undefined;
    for (let visit = 0; visit < 4; visit++) {
      const reader = new Reader(`${address}/api/stream`, {
        ...as(store, "member"),
        ...(last === undefined ? {} : { "last-event-id": last }),
      });
      await reader.hello();
      const started = performance.now();
      await happen(150);
      await reader.until(() => seen.length + reader.seqs.length >= visit * 300 + 150);
      expect(performance.now() - started).toBeLessThan(3000);
      seen.push(...reader.seqs);
      last = reader.lastId;
      reader.close();
      await happen(150); // nobody listens
      if (visit === 3) break;
    }
    expect(seen).toEqual(Array.from({ length: 1050 }, (_, i) => i + 1));
  });

  test("a filter leaves out the others and the place still moves on", async () => {
    const reader = new Reader(`${address}/api/instances/acme/stream?model=res.partner`, as(store, "member"));
    await reader.hello();
    await happen(10);
    await reader.until(() => reader.seqs.length >= 5);
    expect(reader.models).toEqual(new Set(["res.partner"]));
    reader.close();
  });

  test("a place that is none, no sign-in and other organisations are refused", async () => {
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${address}${path}`, { headers })).status;
    expect(await status("/api/stream?last_event_id=none", as(store, "member"))).toBe(400);
    expect(await status("/api/stream", {})).toBe(401);
    expect(await status("/api/stream", as(store, "viewer"))).toBe(403);
    expect(await status("/api/instances/acme/stream", as(store, "owner", crypto.randomUUID()))).toBe(404);
  });

  test("a reader that takes nothing costs no memory: the stream waits for it", async () => {
    const before = (await store.instances.get("acme")).head_seq;
    const { port } = new URL(address);
    const socket: Socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    const from = Buffer.from(JSON.stringify({})).toString("base64url");
    const header = Object.entries(as(store, "member"))
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    socket.pause();
    socket.write(`GET /api/stream?last_event_id=${from} HTTP/1.1\r\nhost: x\r\n${header}\r\n`);
    await happen(5000);
    const heap = process.memoryUsage().heapUsed;
    await happen(5000);
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(150 << 20);
    expect((await store.instances.get("acme")).head_seq).toBe(before + 10_000);
    socket.destroy();
  });

  test("closing the server ends its streams", async () => {
    const other = await openApi(store);
    await other.listen({ host: "127.0.0.1", port: 0 });
    const reader = new Reader(
      `http://127.0.0.1:${(other.server.address() as AddressInfo).port}/api/stream`,
      as(store, "member"),
    );
    await reader.hello();
    await other.close();
    await reader.ended;
  });
});

/** Reads a stream as a browser's EventSource does. */
class Reader {
  readonly seqs: number[] = [];
  readonly models = new Set<string | undefined>();
  lastId: string | undefined;
  readonly ended: Promise<void>;
  #greeted = false;
  #changed: () => void = () => undefined;
  readonly #gone = new AbortController();

  constructor(url: string, headers: Record<string, string>) {
    this.ended = this.#read(url, headers).catch(() => undefined);
  }
  hello = (): Promise<void> => this.until(() => this.#greeted);
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#changed = resolve));
  }
  close(): void {
    this.#gone.abort();
  }
  async #read(url: string, headers: Record<string, string>): Promise<void> {
    const response = await fetch(url, { headers, signal: this.#gone.signal });
    let rest = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + piece).split("\n\n");
      rest = messages.pop()!;
      for (const message of messages) this.#take(message);
      this.#changed();
    }
  }
  #take(message: string): void {
    const line = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(message)?.[1];
    this.lastId = line("id") ?? this.lastId;
    if (line("event") === "hello") this.#greeted = true;
    else if (line("data") !== undefined) {
      const event = JSON.parse(line("data")!);
      this.seqs.push(event.seq);
      this.models.add(event.model);
    }
  }
}
