import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { createOrganisation } from "../../service/accounts/index.ts";
import { osUser } from "../../service/audit/index.ts";
import { connectTo } from "../../service/cli/odoo.ts";
import { startOrganisations } from "../../service/jobs/organisation.ts";
import { placesFor } from "../../service/jobs/places.ts";
import { readSettings } from "../../service/settings/read.ts";
import { scopeStore } from "../../service/store/scope.ts";
import { silent } from "../support/api.ts";
import { StoreLab } from "../support/stores.ts";

describe("a service that works for several organisations", () => {
  const lab = new StoreLab("pglite");
  let odoo: DemoOdoo;
  beforeAll(async () => {
    await lab.start();
    odoo = await openDemoOdoo();
  });
  afterAll(async () => {
    await odoo.close();
    await lab.stop();
  });

  test("pulls an instance of one that came while it ran, into that one", async () => {
    const store = await lab.open();
    const settings = readSettings({ VIGIL_GEO: "off" });
    const work = startOrganisations(store, {
      clients: (instance, key) => connectTo(settings, instance, key),
      places: await placesFor(settings),
      log: silent as never,
      retentionHour: 2,
      onEvents: () => undefined,
    });
    try {
      const id = await createOrganisation({ store, publicUrl: () => "http://localhost" }, "Second", osUser("root"));
      const second = scopeStore(store, id);
      await second.instances.add({ name: "acme", ...odoo.account });
      await vi.waitUntil(async () => (await second.events.count({})) > 0, { timeout: 50_000, interval: 100 });
      expect(await store.events.count({})).toBe(0);
      expect(await store.instances.list()).toEqual([]);
    } finally {
      await work.stop();
    }
  });
});
