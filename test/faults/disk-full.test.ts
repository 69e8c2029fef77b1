import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPoller } from "../../service/ingest/index.ts";
import { openStore, type Store } from "../../service/store/index.ts";
import { until } from "../odoo/postgres.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

/** A disk of its own, in memory: needs root, and a kernel that lets it mount. */
const lab = new StoreLab("pglite");
const disk = lab.folder();
const mount = (...args: string[]): boolean => {
  try {
    execFileSync("mount", ["-t", "tmpfs", ...args, "tmpfs", disk], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
};
const mounted = mount("-o", "size=130m");
let store: Store;

beforeAll(async () => {
  if (mounted) store = await openStore({ dataDir: join(disk, "data") });
});
afterAll(async () => {
  await store?.close();
  if (mounted) execFileSync("umount", [disk]);
  await lab.stop();
});

test.skipIf(!mounted)(
  "the embedded store's disk is full: it says so, loses nothing, and goes on when there is space again",
  async () => {
    const EVENTS = 30_000;
    const bridge = new FakeBridge(makeEvents(EVENTS));
    const instance = await store.instances.add(ACME);
    const errors: string[] = [];
    const poller = startPoller(store, {
      clients: () => bridge,
      decode,
      limit: 1_000,
      onError: (_instance, error) => errors.push(error.message),
    });
    await until(() => errors.length > 0, 60_000, "the disk did not become full");
    expect(errors[0]).toMatch(/disk is full: free some space; nothing is lost/);
    const stored = (await store.instances.get("acme")).head_seq;
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(EVENTS);
    expect(await verify(store, instance)).toMatchObject({ status: "intact", events: stored }); // it can be read
    mount("-o", "remount,size=600m");
    await until(async () => (await store.instances.get("acme")).head_seq === EVENTS, 60_000, "it did not go on");
    await poller.stop();
    expect(await store.events.count({})).toBe(EVENTS);
    expect(await verify(store, instance)).toMatchObject({ status: "intact", events: EVENTS });
  },
  180_000,
);
