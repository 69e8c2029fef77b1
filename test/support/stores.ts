import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../../service/store/index.ts";
import { seedEmbeddedStore } from "./embedded-template.ts";
import { findPostgres, startPostgres, type TestPostgres } from "./postgres.ts";

/* The same tests on both kinds of store: `describe.each(STORE_KINDS)`; PostgreSQL only where it is installed. */

export const STORE_KINDS: Store["kind"][] = findPostgres() === undefined ? ["pglite"] : ["pglite", "postgresql"];

/** A clock that stands still until it is told. */
export class TestClock {
  now = new Date("2026-11-21T10:00:00.000Z");
  readonly read = (): Date => this.now;
  addDays(days: number): void {
    this.now = new Date(this.now.getTime() + days * 86_400_000);
  }
}

export class StoreLab {
  readonly kind: Store["kind"];
  #postgres: TestPostgres | undefined;
  #databases = 0;
  #folders: string[] = [];
  #stores: Store[] = [];

  constructor(kind: Store["kind"]) {
    this.kind = kind;
  }

  async start(): Promise<void> {
    if (this.kind === "postgresql") this.#postgres = await startPostgres();
  }

  get postgres(): TestPostgres {
    return this.#postgres!;
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "vigil-store-"));
    this.#folders.push(folder);
    return folder;
  }

  async open(clock = new TestClock()): Promise<Store> {
    const databaseUrl = await this.#postgres?.create(`test${++this.#databases}`);
    const dataDir = this.folder();
    if (databaseUrl === undefined) await seedEmbeddedStore(dataDir);
    const store = await openStore({ dataDir, databaseUrl, clock: clock.read });
    this.#stores.push(store);
    return store;
  }

  async stop(): Promise<void> {
    for (const store of this.#stores) await store.close();
    await this.#postgres?.stop();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

export const ACME = { name: "acme", url: "http://127.0.0.1:1", db: "acme", login: "vigil", key: "a-very-secret-key" };
