import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDashboard } from "../../dashboard/build.ts";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { connectTo } from "../../service/cli/odoo.ts";
import { createLog } from "../../service/jobs/log.ts";
import { type Service, startService } from "../../service/jobs/service.ts";
import { readSettings } from "../../service/settings/read.ts";
import { openStore } from "../../service/store/index.ts";
import type { Store } from "../../service/store/types.ts";

export interface House {
  /** by name: passkeys are bound to one */
  url: string;
  setup: string;
  odoo: DemoOdoo;
  service: Service;
  store: Store;
  dataDir: string;
  close(): Promise<void>;
}

/**
 * The real service, its built dashboard, and a simulated Odoo that it does not know yet; on an embedded store, or on the
 * PostgreSQL that is named.
 */
export async function openHouse(databaseUrl?: string): Promise<House> {
  await buildDashboard();
  const dataDir = await mkdtemp(join(tmpdir(), "vigil-dashboard-"));
  const settings = readSettings({ VIGIL_DATA_DIR: dataDir, VIGIL_PORT: "0" });
  const store = await openStore({ dataDir, ...(databaseUrl ? { databaseUrl } : {}) });
  const odoo = await openDemoOdoo();
  const service = await startService({
    store,
    settings,
    log: createLog("silent"),
    version: "test",
    clients: (instance, key) => connectTo(settings, instance, key),
    connect: (target, key) => connectTo(settings, target, key),
    run: () => async () => ({ exit: 0 }),
  });
  return {
    url: `http://localhost:${service.port}`,
    setup: service.setup!,
    odoo,
    service,
    store,
    dataDir,
    async close() {
      await service.stop();
      await odoo.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
