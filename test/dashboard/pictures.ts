/**
 * Takes the pictures of docs/ anew, from the real service and the simulated company: `node test/dashboard/pictures.ts`
 */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { makeAccount, openBrowser, visitor } from "./chromium.ts";
import { openHouse } from "./house.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const house = await openHouse();
const browser = await openBrowser();
try {
  const { page } = await visitor(browser, house.url);
  await moveIn(page);
  house.odoo.work();
  await page.waitForTimeout(20_000); // some life for the live tail
  const { items } = (await (
    await page.request.get("/api/audit-trail?kind=record.updated&model=sale.order&limit=1")
  ).json()) as {
    items: { seq: number; record_id: number }[];
  };
  const { seq, record_id } = items[0]!;
  await take(page, "dashboard", `/trail?event=acme:${seq}`, "light", DESK);
  await take(page, "dashboard-overview", "/", "dark", DESK);
  await take(page, "dashboard-record", `/records/acme/sale.order/${record_id}`, "light", DESK);
  await take(page, "dashboard-phone", `/records/acme/sale.order/${record_id}`, "dark", PHONE);
} finally {
  await browser.close();
  await house.close();
}

async function moveIn(page: Page): Promise<void> {
  const { url, db, login, key } = house.odoo.account;
  await makeAccount(page, house.setup);
  await page.goto("/instances/new");
  const fields = { Address: url, Database: db, "Name here": "acme", "User of Vigil in Odoo": login, "API key": key };
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "acme" }).waitFor();
}

async function take(
  page: Page,
  name: string,
  path: string,
  colorScheme: "light" | "dark",
  size: typeof DESK,
): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(size);
  await page.goto(path);
  await page.locator("h1").waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
  await page.waitForTimeout(1_500); // charts and the live tail
  await page.screenshot({ path: join(DOCS, `${name}.png`) });
}
