import { randomUUID } from "node:crypto";
import type { BrowserContext, Page } from "playwright-core";
import { expect, it, vi } from "vitest";
import { cancelTask, insertTask } from "../../service/store/task-rows.ts";
import { axe, walk } from "./chromium.ts";
import type { House } from "./house.ts";
import { rename, signIn } from "./transactions.ts";

/** The forms, once filled in and sent: told within the same story, in the same browser, on the same Odoo. */
export function secondDay(at: () => { house: House; page: Page; context: BrowserContext }): void {
  const button = (name: string | RegExp) =>
    at()
      .page.getByRole("button", { name, exact: typeof name === "string" })
      .first();
  const field = (label: string) => at().page.getByLabel(label, { exact: true });
  const text = (words: string | RegExp) => at().page.getByText(words).first();
  const dialog = () => at().page.getByRole("dialog");
  /** An open dialog, in both themes. */
  const judged = async (): Promise<void> => {
    const { page } = at();
    const found = await axe(page);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    found.push(...(await axe(page, "looks")));
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    expect(found).toEqual([]);
  };

  it("makes a role of one's own", async () => {
    await walk(at().page, "/roles");
    await button("New role").click();
    await field("Name").fill("Works council");
    await at().page.getByLabel("view:sessions").check();
    await judged();
    await button("Save").click();
    await at()
      .page.getByRole("columnheader", { name: /Works council/ })
      .waitFor();
  });

  it("makes an API key, shows it once, and revokes it", async () => {
    await walk(at().page, "/api-keys");
    await button("New key").click();
    await field("Name").fill("SIEM");
    await judged();
    await button("Make the key").click();
    expect(await dialog().locator(".copy code").innerText()).toMatch(/^vgl_/);
    await judged();
    await button("Done").click();
    await button("Revoke").click();
    await dialog().getByRole("button", { name: "Revoke", exact: true }).click();
    await text("revoked").waitFor();
  });

  it("sets a policy that Odoo then enforces", async () => {
    await walk(at().page, "/policies");
    await field("Sign out after, minutes").fill("30");
    await field("Reason").fill("clean desk");
    await button("Set the policy").click();
    await text("Odoo enforces this policy.").waitFor();
    expect(await field("Sign out after, minutes").inputValue()).toBe("30");
  });

  it("holds the evidence, and lets it go", async () => {
    await walk(at().page, "/policies?tab=retention");
    await button("Hold").click();
    await field("Reason").fill("lawsuit 7 O 12/26");
    await judged();
    await dialog().getByRole("button", { name: "Hold", exact: true }).click();
    await text("lawsuit 7 O 12/26").waitFor();
    await button("Release").click();
    await text("None. Under a hold").waitFor();
  });

  it("changes a rule of suspicion, and takes that back", async () => {
    await walk(at().page, "/policies?tab=rules");
    const row = at().page.getByRole("row", { name: /brute force address/ });
    await row.getByRole("button", { name: "Change" }).click();
    await field("attempts").fill("25");
    await judged();
    await button("Save").click();
    await row.getByText("attempts 25").waitFor();
    await row.getByRole("button", { name: "Change" }).click();
    await field("Take back what was set here").check();
    await button("Save").click();
    await row.getByText("attempts 10").waitFor();
  });

  it("makes a report and schedules another", async () => {
    await walk(at().page, "/reports");
    await button("New report").click();
    await at().page.locator("option").nth(2).waitFor({ state: "attached" });
    await judged();
    await button("Make it").click();
    await at().page.getByRole("link", { name: "Download" }).waitFor();
    await walk(at().page, "/reports?tab=schedules");
    await button("New schedule").click();
    await judged();
    await button("Save").click();
    await at()
      .page.getByRole("cell", { name: /Monday/ })
      .waitFor();
  });

  it("shows the reports beyond the first page", async () => {
    const { house, page } = at();
    const { store } = house;
    const created_by = { type: "system", id: "", name: "Vigil" } as const;
    const parameters = { request: { name: "audit", instance_ids: [], format: "xlsx" } };
    for (let i = 0; i < 60; i++) {
      const id = randomUUID();
      const task = { id, organisation_id: store.organisationId, kind: "report", title: `Report ${i}`, parameters };
      await insertTask(store.database, { ...task, created_by }, new Date(0));
      await cancelTask(store.database, store.organisationId, id, new Date(0));
    }
    await walk(page, "/reports");
    await text("50 of 61").waitFor();
    await button("Show more").click();
    await text("50 of 61").waitFor({ state: "detached" });
    expect(await page.getByRole("cell", { name: /^Report \d+$/ }).count()).toBe(60);
  });

  it("blocks a user and frees them again", async () => {
    const { house, page } = at();
    house.odoo.simulator.addTransaction(signIn("6f"));
    await walk(page, "/sessions?user=lena.hartmann");
    await button("Block Lena Hartmann").click();
    await field("Reason").fill("lost laptop");
    await judged();
    await dialog().getByRole("button", { name: "Block", exact: true }).click();
    await button("Unblock").click();
    await field("Reason").fill("laptop found");
    await dialog().getByRole("button", { name: "Unblock", exact: true }).click();
    await text("may sign in to Odoo again").waitFor();
    await button("Unblock").waitFor({ state: "detached" });
  });

  it("goes on with the live tail when the network is back, and misses nothing", async () => {
    const { house, page, context } = at();
    await walk(page, "/trail?user=admin");
    await button("Live").waitFor();
    await context.setOffline(true);
    house.odoo.simulator.addTransaction(rename("Nightwatch & Daughters", "Slept Through Ltd"));
    await vi.waitFor(async () => {
      const { head_seq } = await house.store.instances.get("acme");
      const newest = await house.store.events.latest("acme");
      expect([newest?.seq, newest?.record_name]).toEqual([head_seq, "Slept Through Ltd"]);
    }, 20_000);
    await context.setOffline(false);
    await page.locator(".event-row", { hasText: "Slept Through Ltd" }).first().waitFor();
  });

  it("keeps a restored database in quarantine until somebody says what happened", async () => {
    const { house, page } = at();
    house.odoo.simulator.restoreFromBackup(house.odoo.simulator.backup(), { otherCluster: true });
    house.service.wake("acme");
    await walk(page, "/instances/acme");
    await text("What is this database?").waitFor();
    await button("It was restored from a backup").click();
    await text("Capture is complete").waitFor();
  });
}
