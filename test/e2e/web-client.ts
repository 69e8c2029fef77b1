import type pg from "pg";
import type { Browser as Chromium, Locator, Page } from "playwright-core";

/** A form of Odoo's web client with a field "name", open in a page of Chromium. */
export interface OpenForm {
  page: Page;
  name: Locator;
}

/** Addresses of partners' forms; without an id of a new one's. */
export async function partnerForms(psql: pg.Client, url: string, version: string): Promise<(id?: number) => string> {
  if (version !== "17.0") return (id) => `${url}/odoo/res.partner/${id ?? "new"}`;
  const action = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'action_partner_form'";
  const { res_id } = (await psql.query(action)).rows[0];
  return (id) => `${url}/web#action=${res_id}&model=res.partner&view_type=form${id ? `&id=${id}` : ""}`;
}

/** A browser of its own (cookies, storage), signed in with this form open. */
export async function openForm(chrome: Chromium, address: string, login: string): Promise<OpenForm> {
  const page = await (await chrome.newContext()).newPage();
  const form = { page, name: page.locator("[name=name] input, [name=name] textarea").first() };
  await signInToForm(form, address, login);
  return form;
}

/** From whatever the page shows, as nobody, by the login page to the form. */
export async function signInToForm({ page, name }: OpenForm, address: string, login: string): Promise<void> {
  const { origin, pathname, hash } = new URL(address);
  await page.goto(`${origin}/web/login?redirect=${encodeURIComponent(pathname + hash)}`);
  await signInHere(page, login);
  await name.waitFor({ timeout: 90_000 });
}

/** On the login page. */
export async function signInHere(page: Page, login: string): Promise<void> {
  await page.fill("input[name=login]", login);
  await page.fill("input[name=password]", `${login}-12345`);
  await page.press("input[name=password]", "Enter");
}

export async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return `session_id=${cookies.find((one) => one.name === "session_id")!.value}`;
}

export const drafts = (page: Page): Promise<number> =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("vigil.draft.")).length);

/** Loads the page again as a browser that remembers no input. Answers for how long it says that nobody was there, in ms. */
export async function idleAfterReload(page: Page): Promise<number> {
  await page.evaluate(() => localStorage.removeItem("vigil.last_input"));
  const report = page.waitForRequest(/vigil\/session\/activity/, { timeout: 90_000 });
  await page.reload();
  return (await report).postDataJSON().params.idle_ms;
}
