import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import { loadSecret } from "../../service/keys/secret.ts";
import {
  InstanceExistsError,
  InstanceUnknownError,
  openStore,
  type Store,
  StoreLockedError,
} from "../../service/store/index.ts";
import { rotateSecret } from "../../service/store/keys.ts";
import { dumpSchema } from "../../service/store/schema-dump.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

const SCHEMA = new URL("../../service/store/schema.txt", import.meta.url);

describe.each(STORE_KINDS)("the store on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
  });
  afterAll(() => lab.stop());

  test("the schema is the committed one", async () => {
    if (process.env.VIGIL_WRITE_SCHEMA) writeFileSync(SCHEMA, await dumpSchema(store.database));
    expect(await dumpSchema(store.database)).toBe(readFileSync(SCHEMA, "utf8"));
  });

  test("instances are added once, changed, and removed with their credential", async () => {
    const added = await store.instances.add(ACME);
    expect(added).toMatchObject({ name: "acme", state: "active", head_seq: 0, warnings: [], insecure: false });
    expect(JSON.stringify(await store.instances.list())).not.toContain(ACME.key);
    await expect(store.instances.add(ACME)).rejects.toThrow(InstanceExistsError);
    expect(await store.instances.credential("acme")).toBe(ACME.key);
    expect(
      await store.instances.update("acme", {
        url: "http://other",
        warnings: ["a"],
        key: "another-key-of-it",
        last_error: "x",
      }),
    ).toMatchObject({ url: "http://other", warnings: ["a"], last_error: "x" });
    expect(await store.instances.update("acme", { last_error: null })).not.toHaveProperty("last_error");
    expect(await store.instances.credential("acme")).toBe("another-key-of-it");
    await store.instances.remove("acme");
    expect(await store.instances.list()).toEqual([]);
    await expect(store.instances.get("acme")).rejects.toThrow(InstanceUnknownError);
    expect(await store.database.query("SELECT 1 FROM credential")).toEqual([]);
    expect((await store.instances.add(ACME)).id).not.toBe(added.id);
  });

  test("credentials lie sealed, and do not open in another row", async () => {
    await store.instances.add({ ...ACME, name: "one", key: "key-of-one-instance" });
    await store.instances.add({ ...ACME, name: "two" });
    const [row] = await store.database.query<{ sealed: Buffer }>(
      "SELECT sealed FROM credential c JOIN instance i ON i.id = c.instance_id WHERE i.name = 'one'",
    );
    expect(row!.sealed.includes("key-of-one")).toBe(false);
    await store.database.query(
      "UPDATE credential SET sealed = $1 WHERE instance_id = (SELECT id FROM instance WHERE name = 'two')",
      [row!.sealed],
    );
    await expect(store.instances.credential("two")).rejects.toThrow(/VIGIL_SECRET_KEY/);
  });

  test("the working role inserts and reads evidence; it neither changes nor deletes it", async () => {
    const instance = await store.instances.add({ ...ACME, name: "role" });
    await pullAll(store, instance, new FakeBridge(makeEvents(3)), { decode });
    for (const table of ["event", "batch", "segment", "tombstone", "organisation"]) {
      await expect(store.database.query(`DELETE FROM ${table}`)).rejects.toThrow(/permission denied/);
      await expect(store.database.query(`UPDATE ${table} SET organisation_id = NULL`)).rejects.toThrow(
        /permission denied|does not exist/,
      );
      await expect(store.database.query(`TRUNCATE ${table}`)).rejects.toThrow(/permission denied/);
    }
    await expect(store.database.query("INSERT INTO tombstone SELECT * FROM tombstone")).rejects.toThrow(
      /permission denied/,
    );
    const [partition] = await store.database.query<{ name: string }>(
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits LIMIT 1",
    );
    await expect(store.database.query(`DELETE FROM ${partition!.name}`)).rejects.toThrow(/permission denied/);
  });

  test("events are found by each filter, times inclusive at both ends, and counted alike", async () => {
    const instance = await store.instances.add({ ...ACME, name: "filters" });
    await pullAll(store, instance, new FakeBridge(makeEvents(120)), { decode });
    const all = makeEvents(120);
    const at = (n: number): string => `${all[n - 1]!.occurred_at.slice(0, 23)}Z`;
    const cases: [object, (n: number) => boolean][] = [
      [{}, () => true],
      [{ model: "res.partner" }, (n) => n % 2 === 0],
      [{ model: "res.partner", record_id: 5 }, (n) => n % 2 === 0 && (n % 50) + 1 === 5],
      [{ user: "admin" }, (n) => n % 7 !== 0],
      [{ kind: "record.created" }, () => false],
      [{ from: at(10), to: at(20) }, (n) => n >= 10 && n <= 20],
      [{ from: all[9]!.occurred_at, to: all[19]!.occurred_at }, (n) => n >= 10 && n <= 20],
      [{ transaction: all[4]!.transaction }, (n) => n === 5],
      [{ after_seq: 100 }, (n) => n > 100],
      [{ limit: 7 }, (n) => n <= 7],
    ];
    for (const [filter, matches] of cases) {
      const found: number[] = [];
      for await (const event of store.events.query({ instance: "filters", ...filter })) found.push(event.seq);
      const expected = all.map((_, i) => i + 1).filter(matches);
      expect({ filter, found }).toEqual({ filter, found: expected });
      if (!("limit" in filter))
        expect(await store.events.count({ instance: "filters", ...filter })).toBe(expected.length);
    }
    expect((await store.events.latest("filters"))!.seq).toBe(120);
    expect(await store.events.latest("none")).toBeUndefined();
  });

  test("every secret opens under a new key after rotation, and none under the old one", async () => {
    const databaseUrl = await (kind === "postgresql" ? lab.postgres.create("rotate") : undefined);
    const dataDir = lab.folder();
    const open = (secretKey: string): Promise<Store> => openStore({ dataDir, databaseUrl, secretKey });
    const first = await open("the first secret key");
    await first.instances.add(ACME);
    const { publicKey } = first.keys;
    await rotateSecret(
      first.database,
      loadSecret(dataDir, "the first secret key"),
      loadSecret(dataDir, "the second secret key"),
    );
    await first.close();
    await expect(open("the first secret key")).rejects.toThrow(/VIGIL_SECRET_KEY/);
    const second = await open("the second secret key");
    expect(second.keys.publicKey).toBe(publicKey);
    expect(await second.instances.credential("acme")).toBe(ACME.key);
    await second.close();
    await expect(open("short")).rejects.toThrow(/16 characters/);
  });
});

describe("the embedded store's folder", () => {
  const lab = new StoreLab("pglite");
  afterAll(() => lab.stop());

  test("fsync is on, and the generated key is readable by its owner only", async () => {
    const store = await lab.open();
    const [settings] = await store.database.query(
      "SELECT current_setting('fsync') AS fsync, current_setting('wal_sync_method') AS method, current_setting('synchronous_commit') AS commit",
    );
    expect(settings).toEqual({ fsync: "on", method: "fsync", commit: "on" });
    expect(statSync(join(store.dataDir, "secret.key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(store.dataDir, "store")).mode & 0o777).toBe(0o700);
  });

  test("a second opening is refused, here and in another process; a dead one's lock is taken over", async () => {
    const folder = lab.folder();
    const store = await openStore({ dataDir: folder });
    await expect(openStore({ dataDir: folder })).rejects.toThrow(StoreLockedError);
    await store.close();
    expect(existsSync(join(folder, "vigil.pid"))).toBe(false);

    const script = `import { openStore } from ${JSON.stringify(new URL("../../service/store/index.ts", import.meta.url).href)};
      await openStore({ dataDir: ${JSON.stringify(folder)} }); console.log("open"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect(openStore({ dataDir: folder })).rejects.toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    const again = await openStore({ dataDir: folder });
    await again.close();
  });

  test("a lock whose pid was given to another process since is taken over", async () => {
    const folder = lab.folder();
    writeFileSync(join(folder, "vigil.pid"), `${process.ppid} 1\n`);
    const store = await openStore({ dataDir: folder });
    await store.close();
  });
});
