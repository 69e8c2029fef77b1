import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TOTP } from "otpauth";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SimTransaction } from "../../fixtures/odoo-simulator/types.ts";
import { cleanEnv } from "../e2e/vigil-cli.ts";
import { axe, chromiumPath, openBrowser, type Visitor, visitor } from "./chromium.ts";
import { type House, openHouse } from "./house.ts";

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
  "/sign-in",
  "/forgot",
  "/reset",
];
const PASSWORD = "a lamp that never sleeps 42";
const EMAIL = "ada@example.com";

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
    await ada.page.goto("/sessions?user=lena.hartmann");
    const row = ada.page.getByRole("row", { name: /192\.0\.2\.77/ });
    await row.getByRole("button", { name: "End", exact: true }).click();
    await field("Reason").fill("left the company");
    await button("End session").click();
    await ada.page.getByText("the next request of that session is refused").waitFor();
    await row.waitFor({ state: "detached" });
  });

  it("exports what anybody can verify offline, without us", async () => {
    await ada.page.goto("/trail?instance=acme");
    await button("Export").click();
    const waiting = ada.page.waitForEvent("download");
    await ada.page.getByRole("link", { name: "Download" }).click();
    const file = join(house.dataDir, "trail.ndjson");
    await (await waiting).saveAs(file);
    const { stdout } = await run(process.execPath, [VIGIL, "verify", file], { cwd: house.dataDir, env: cleanEnv() });
    expect(stdout).toMatch(/intact/i);
  });

  it("shows a Viewer what a Viewer may see, and refuses the rest in words", async () => {
    await ada.page.goto("/members");
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
    await ada.page.goto("/trail");
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
    await ada.page.keyboard.press("g");
    await ada.page.keyboard.press("i");
    await heading("Instances").waitFor();
  });

  it.each(PAGES)("has nothing on %s for axe to find, on a desk in light and on a phone in the dark", async (path) => {
    const findings: string[] = [];
    await ada.page.setViewportSize({ width: 1440, height: 900 });
    await ada.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await ada.page.goto(path);
    await ada.page.locator("h1").waitFor();
    await ada.page.locator(".skeleton").first().waitFor({ state: "detached" });
    findings.push(...(await axe(ada.page)));
    await ada.page.setViewportSize({ width: 390, height: 844 });
    await ada.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    findings.push(...(await axe(ada.page)));
    if (await ada.page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth"))
      findings.push("too wide");
    expect(findings).toEqual([]);
  });

  it("never broke the content security policy, nor anything else", () => {
    expect(ada.complaints).toEqual([]);
  });
});

/** A transaction that renames the newest customer whom Odoo knows. */
function rename(before: string, after: string): SimTransaction {
  return {
    at: new Date().toISOString(),
    by: {
      uid: 2,
      ip: "192.0.2.10",
      origin: { type: "rpc", route: "/web/dataset/call_kw", model: "res.partner", method: "web_save" },
    },
    rows: [{ model: "res.partner", record_id: 4_711, op: "u", before: { name: before }, after: { name: after } }],
    names: { "res.partner": { 4711: after } },
  };
}

/** Somebody signs in to Odoo. */
function signIn(): SimTransaction {
  const session = "5e".repeat(32);
  const payload = {
    kind: "session.login",
    details: { method: "password", session, interface: "web", known_device: true },
  };
  return {
    at: new Date().toISOString(),
    by: {
      uid: 13,
      ip: "192.0.2.77",
      session,
      user_agent: "Mozilla/5.0",
      origin: { type: "http", route: "/web/login" },
    },
    rows: [{ model: "", record_id: 0, op: "e", after: payload }],
    users: { 13: { login: "lena.hartmann", name: "Lena Hartmann" } },
  };
}
