import { afterAll, beforeAll, expect, test } from "vitest";
import { listFindings } from "../../service/findings/index.ts";
import { placesFor } from "../../service/jobs/places.ts";
import { lookForFindings } from "../../service/jobs/rounds.ts";
import { readSettings } from "../../service/settings/read.ts";
import { silent } from "../support/api.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { openAccounts } from "./lab.ts";

const stores = new StoreLab(STORE_KINDS.at(-1)!);
beforeAll(() => stores.start());
afterAll(() => stores.stop());

test("guessing at Vigil's own sign-in is found by the rules that look at Odoo's, and stands in the own log", async () => {
  const lab = await openAccounts(stores);
  const { store } = lab;
  await lab.owner();
  for (let n = 0; n < 25; n++) {
    await lab.browser("203.0.113.9").login(`guess${n}@example.com`, "wrong wrong wrong");
    lab.pass(2_000);
  }
  await lab.log(); // chained
  const places = await placesFor(readSettings({ VIGIL_GEO: "off" }));
  const look = () => lookForFindings(store, places, silent as never);
  await look();
  const { items } = await listFindings(store, {});
  expect(items.length).toBeGreaterThan(0);
  expect(items[0]).toMatchObject({ instance: "vigil:audit", ip: "203.0.113.9" });
  const entries = await lab.log({ action: items[0]!.kind });
  expect(entries).toMatchObject([{ actor: { type: "system" }, resource: { name: "vigil:audit" } }]);
  // what was found is in the log that is looked at: it must not be found again
  await look();
  await lab.log();
  await look();
  expect((await listFindings(store, {})).items).toHaveLength(items.length);
});
