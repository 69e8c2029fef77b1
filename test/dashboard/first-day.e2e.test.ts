import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TOTP } from "otpauth";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cleanEnv } from "../e2e/vigil-cli.ts";
import { ADA, axe, chromiumPath, openBrowser, type Visitor, visitor, walk } from "./chromium.ts";
import { type House, openHouse } from "./house.ts";
import { secondDay } from "./second-day.ts";
import { rename, signIn } from "./transactions.ts";

if (!chromiumPath) console.log("No Chromium on this machine: the dashboard's end-to-end tests are skipped.");

const run = promisify(execFile);
const VIGIL = join(import.meta.dirname, "../../bin/vigil.js");
const PAGES = [
  "/",
  "/trail",
  "/trail?event=acme:3000",
  "/records/acme/res.partner/4711",
  "/findings",
  "/reports",
  "/reports?tab=schedules",
  "/sessions",
  "/logins",
  "/users",
  "/policies",
  "/policies?tab=retention",
  "/policies?tab=rules",
  "/instances",
  "/instances/new",
  "/instances/acme",
  "/instances/acme?tab=activity",
  "/instances/acme?tab=chain",
  "/instances/acme?tab=connection",
  "/audit-log",
  "/members",
  "/roles",
  "/api-keys",
  "/account",
  "/settings",
  "/nowhere",
  "/sign-in",
  "/forgot",
  "/reset",
];
const { email: EMAIL, password: PASSWORD } = ADA;

/** One story in order, as somebody's first day with Vigil goes: each step stands on the one before. */
describe.skipIf(!chromiumPath)("the first day", { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let ada: Visitor;
  let secret = "";
  let offset_ms = 0;

  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    ada = await visitor(browser, house.url);
    house.odoo.simulator.addTransaction(signIn());
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });
  const button = (name: string | RegExp) => ada.page.getByRole("button", { name, exact: typeof name === "string" });
  const field = (label: string | RegExp) => ada.page.getByLabel(label, { exact: typeof label === "string" });
  const heading = (name: string | RegExp) => ada.page.getByRole("heading", { level: 1, name });
  /** a code that was not used yet: the service takes each one once, and those of the neighbouring half minutes */
  const code = (): string => {
    const value = new TOTP({ secret }).generate({ timestamp: Date.now() + offset_ms });
    offset_ms += 30_000;
    return value;
  };
  const signOut = async (): Promise<void> => {
    await ada.page.locator("details.account summary").click();
    await button("Sign out").click();
    await heading("Sign in").waitFor();
  };

  it("begins with the link that the service printed", async () => {
    await ada.page.goto(house.setup);
    await field("Organisation").fill("Kontor & Holz GmbH");
    await field("Your name").fill("Ada Ober");
    await field("E-mail").fill(EMAIL);
    await field("New password").fill(PASSWORD);
    await button("Make the account").click();
    await heading("Account and security").waitFor();
  });

  it("sets up codes from an authenticator", async () => {
    await button("Set up").click();
    await ada.page.getByRole("img", { name: "QR code of the secret" }).waitFor();
    secret = (await ada.page.locator(".dialog .copy code").innerText()).trim();
    await field("Code").fill(code());
    await button("Turn on").click();
    await ada.page.getByRole("heading", { name: "Keep these recovery codes" }).waitFor();
    await button("I have kept them").click();
    await button("Turn off").waitFor();
  });

  it("adds a passkey", async () => {
    const device = await ada.context.newCDPSession(ada.page);
    await device.send("WebAuthn.enable");
    await device.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await field("Name of the device").fill("Test laptop");
    await button("Add a passkey").click();
    await ada.page.getByText("Test laptop").waitFor();
  });

  it("signs in by password and code, and comes back to where one wanted to be", async () => {
    await signOut();
    await ada.page.goto("/roles");
    await field("E-mail").fill(EMAIL);
    await field("Password").fill(PASSWORD);
    await button("Sign in").click();
    await field("Code from your authenticator").fill(code());
    await button("Sign in").click();
    await heading("Roles").waitFor();
  });

  it("signs in by passkey alone", async () => {
    await signOut();
    await button("Sign in with a passkey").click();
    await heading("Overview").waitFor();
  });

  it("connects an Odoo after checking each step", async () => {
    const { url, db, login, key } = house.odoo.account;
    await ada.page.getByRole("link", { name: "Connect an Odoo" }).click();
    await field("Address").fill(url);
    await field("Database").fill(db);
    await field("Name here").fill("acme");
    await field("User of Vigil in Odoo").fill(login);
    await field("API key").fill("a wrong key");
    await button("Check").click();
    await ada.page.locator(".check-steps .failed", { hasText: "The user may sign in" }).waitFor();
    expect(await button("Connect").isDisabled()).toBe(true);
    await field("API key").fill(key);
    await button("Check").click();
    await ada.page.locator(".check-steps .ok", { hasText: "Every tracked table has its triggers" }).waitFor();
    await button("Connect").click();
    await heading("acme").waitFor();
    await ada.page.getByText("Capture is complete").waitFor();
    await vi.waitFor(
      async () => expect((await house.store.instances.get("acme")).sealed_seq).toBeGreaterThan(3_000),
      20_000,
    );
  });

  it("proves the chain on demand", async () => {
    await button("Verify now").click();
    await ada.page.getByText("Intact.").waitFor();
  });

  it("follows a live change to its record's history and its state", async () => {
    await ada.page.getByRole("link", { name: "Audit trail" }).first().click();
    await button("Live").waitFor();
    house.odoo.simulator.addTransaction(rename("Nightwatch Ltd", "Nightwatch & Daughters"));
    const row = ada.page.locator(".event-row", { hasText: "Nightwatch & Daughters" }).first();
    await row.waitFor();
    await row.click();
    const detail = ada.page.getByRole("complementary");
    await detail.locator(".before", { hasText: "Nightwatch Ltd" }).waitFor();
    await detail.locator(".after", { hasText: "Nightwatch & Daughters" }).waitFor();
    await detail.getByRole("link", { name: "Record history" }).click();
    await heading(/Nightwatch/).waitFor();
    await ada.page.locator(".state-table", { hasText: "Nightwatch & Daughters" }).waitFor();
  });

  it("ends a session with a reason", async () => {
    await walk(ada.page, "/sessions?user=lena.hartmann");
    const row = ada.page.getByRole("row", { name: /192\.0\.2\.77/ });
    await row.getByRole("button", { name: "End", exact: true }).click();
    await field("Reason").fill("left the company");
    await button("End session").click();
    await ada.page.getByText("the next request of that session is refused").waitFor();
    await row.waitFor({ state: "detached" });
  });

  it("exports what anybody can verify offline, without us", async () => {
    await walk(ada.page, "/trail?instance=acme");
    await button("Export").click();
    const waiting = ada.page.waitForEvent("download");
    await ada.page.getByRole("link", { name: "Download" }).click();
    const file = join(house.dataDir, "trail.ndjson");
    await (await waiting).saveAs(file);
    const { stdout } = await run(process.execPath, [VIGIL, "verify", file], { cwd: house.dataDir, env: cleanEnv() });
    expect(stdout).toMatch(/intact/i);
  });

  it("shows a Viewer what a Viewer may see, and refuses the rest in words", async () => {
    await walk(ada.page, "/members");
    await button("Invite somebody").click();
    await field("Name").fill("Vic Viewer");
    await field("E-mail").fill("vic@example.com");
    await button("Make the invitation").click();
    const link = await ada.page.locator(".dialog .copy code").innerText();
    const vic = await visitor(browser, house.url);
    await vic.page.goto(link);
    await vic.page.getByLabel("New password").fill("another lamp that never sleeps");
    await vic.page.getByRole("button", { name: "Join" }).click();
    await vic.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    const places = vic.page.getByRole("navigation", { name: "Main" });
    expect(await places.getByRole("link").allInnerTexts()).not.toContain("Members");
    await vic.page.goto("/trail");
    await vic.page.getByText("You may not see this").waitFor();
    await vic.page.goto("/members");
    await vic.page.getByText("manage:members").waitFor();
    const answer = await vic.context.request.get("/api/audit-trail");
    expect(answer.status()).toBe(403);
    expect(vic.complaints).toEqual([]);
    await vic.context.close();
  });

  it("answers the keyboard", async () => {
    await walk(ada.page, "/trail");
    await ada.page.locator(".event-row").first().waitFor();
    await ada.page.keyboard.press("j");
    await ada.page.getByRole("complementary").waitFor();
    await ada.page.keyboard.press("Escape");
    await ada.page.getByRole("complementary").waitFor({ state: "detached" });
    await ada.page.keyboard.press("Control+k");
    await ada.page.keyboard.type("polic");
    await ada.page.keyboard.press("Enter");
    await heading("Policies").waitFor();
    await ada.page.keyboard.press("?");
    await ada.page.getByRole("dialog").getByText("In lists").waitFor();
    await ada.page.keyboard.press("Escape");
    // one after the other within a second: a busy machine needs another try
    const goToInstances = async (): Promise<boolean> => {
      await ada.page.keyboard.press("g");
      await ada.page.keyboard.press("i");
      return heading("Instances").isVisible();
    };
    await expect.poll(goToInstances, { timeout: 60_000 }).toBe(true);
  });

  it("changes its password, and the old one opens nothing any more", async () => {
    await walk(ada.page, "/account");
    await field("Current password").fill(PASSWORD);
    await field("New password").fill("a lamp that never sleeps 43");
    await button("Change the password").click();
    await ada.page.getByText("your other sessions were ended").waitFor();
    const again = await ada.context.request.post("/api/auth/login", { data: { email: EMAIL, password: PASSWORD } });
    expect(again.status()).toBe(401);
  });

  secondDay(() => ({ house, page: ada.page, context: ada.context }));

  it("has nothing for axe to find, on a desk in light and on a phone in the dark", async () => {
    const findings: string[] = [];
    const look = async (path: string, only: "all" | "looks"): Promise<void> => {
      await walk(ada.page, path);
      findings.push(...(await axe(ada.page, only)).map((each) => `${path} ${each}`));
      if (await ada.page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth"))
        findings.push(`${path} is too wide`);
    };
    await ada.page.setViewportSize({ width: 1440, height: 900 });
    await ada.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    for (const path of PAGES) await look(path, "all");
    await ada.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await ada.page.setViewportSize({ width: 390, height: 844 });
    for (const path of PAGES) await look(path, "looks");
    expect(findings).toEqual([]);
  }, 300_000);

  it("never broke the content security policy, nor anything else", () => {
    expect(ada.complaints).toEqual([]);
  });
});
