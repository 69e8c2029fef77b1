import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPoller } from "../../service/ingest/index.ts";
import { openStore, type Store } from "../../service/store/index.ts";
import { until } from "../odoo/postgres.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { unprivileged } from "../support/postgres.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

/** A disk of its own, in memory: needs root, and a kernel that lets it mount. */
function mount(folder: string, options: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

describe.each(STORE_KINDS)("%s on a disk that is full", (kind) => {
  const lab = new StoreLab(kind);
  const disk = mkdtempSync(join(tmpdir(), "vigil-disk-"));
  const mounted = mount(disk, kind === "pglite" ? "size=130m" : "size=30m");
  let store: Store;

  beforeAll(async () => {
    if (!mounted) return;
    await lab.start();
    if (kind === "pglite") store = await openStore({ dataDir: join(disk, "data") });
    else store = await openStore({ dataDir: lab.folder(), databaseUrl: await databaseOn(disk) });
  });
  afterAll(async () => {
    await store?.close();
    await lab.stop();
    if (mounted) execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });

  /** The tables alone lie there: PostgreSQL ends when it cannot write its log, and then nobody loses anything either. */
  const databaseOn = async (folder: string): Promise<string> => {
    const tables = join(folder, "tables");
    mkdirSync(tables);
    const { uid, gid } = unprivileged();
    chownSync(tables, uid, gid);
    const client = new pg.Client({ connectionString: lab.postgres.url("postgres") });
    await client.connect();
    await client.query(`CREATE TABLESPACE small LOCATION '${tables}'`);
    await client.query("CREATE DATABASE small TABLESPACE small");
    await client.end();
    return lab.postgres.url("small");
  };

  test.skipIf(!mounted)(
    "says so, loses nothing, and goes on when there is space again",
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
      mount(disk, "remount,size=600m");
      await until(async () => (await store.instances.get("acme")).head_seq === EVENTS, 60_000, "it did not go on");
      await poller.stop();
      expect(await store.events.count({})).toBe(EVENTS);
      expect(await verify(store, instance)).toMatchObject({ status: "intact", events: EVENTS });
    },
    180_000,
  );
});
