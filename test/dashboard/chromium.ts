import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Debian puts it; undefined where there is none, and then these tests are skipped. */
export const chromiumPath = PLACES.find((path) => existsSync(path));

/** In a container there is no sandbox to be had; what runs in it is our own page. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** what the page complained of: a violated content security policy stands here too */
  complaints: string[];
}

export async function visitor(browser: Browser, url: string): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
  });
  context.setDefaultTimeout(60_000); // a machine may be busy; what is broken stays broken
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // an answer of 401 or 403 is part of the play, and the browser writes it down as an error
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** The first owner's account, by the link that the service printed. */
export async function makeAccount(page: Page, setup: string): Promise<void> {
  await page.goto(setup);
  await page.getByLabel("Organisation").fill("Kontor & Holz GmbH");
  await page.getByLabel("Your name").fill("Ada Ober");
  await page.getByLabel("E-mail").fill(ADA.email);
  await page.getByLabel("New password").fill(ADA.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("heading", { name: "Account and security" }).waitFor();
}
export const ADA = { email: "ada@example.com", password: "a lamp that never sleeps 42" };

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What another theme or a smaller screen can break; all else was judged before. */
const BY_LOOK = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"];

/**
 * What axe finds, one line for each place. The script comes through the debugger, so the page's policy stays as it is,
 * and stays in the page while that is only walked through.
 */
export async function axe(page: Page, only: "all" | "looks" = "all"): Promise<string[]> {
  // colours that were changed just now are painted before they are judged
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  if (!(await page.evaluate<boolean>("'axe' in window"))) {
    const session = await page.context().newCDPSession(page);
    await session.send("Runtime.evaluate", { expression: axeSource });
    await session.detach();
  }
  // what repeats itself in long lists is looked at six times, not a hundred
  const context = { exclude: [["tbody tr:nth-child(n+7)"], [".event-slot:nth-child(n+7)"]] };
  const runOnly = only === "all" ? RULES : { type: "rule", values: BY_LOOK };
  return page.evaluate<string[]>(
    `axe.run(${JSON.stringify(context)}, { resultTypes: ["violations"], runOnly: ${JSON.stringify(runOnly)} }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`,
  );
}

/** To another page without loading the dashboard anew, as a click on a link goes there. */
export async function walk(page: Page, path: string): Promise<void> {
  // the page that is left stays until the code of the next one is there: its heading is told apart
  const left = `if (location.pathname !== ${JSON.stringify(path.split("?")[0])}) document.querySelector("h1")?.setAttribute("data-left", "")`;
  await page.evaluate(
    `${left}; history.pushState(null, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"))`,
  );
  await page.locator("h1:not([data-left])").waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}
