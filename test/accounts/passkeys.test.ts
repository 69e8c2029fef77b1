import { describe, expect, test } from "vitest";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { Authenticator } from "./authenticator.ts";
import { type AccountsLab, type Browser, useAccounts } from "./lab.ts";

const ORIGIN = "http://localhost:8787";

describe.each(STORE_KINDS.slice(-1))("passkeys on %s", (kind) => {
  const stores = new StoreLab(kind);
  let lab: AccountsLab;
  let owner: Browser;
  let device: Authenticator;
  useAccounts(stores, (opened, first) => {
    lab = opened;
    owner = first;
    device = new Authenticator(ORIGIN);
  });
  const options = async (browser: Browser, url: string) =>
    (await browser.post(url, url.includes("login") ? undefined : {})).json();
  const register = async (authenticator = device) =>
    owner.post("/api/auth/passkeys", {
      name: "Laptop",
      response: authenticator.create(await options(owner, "/api/auth/passkeys/options")),
    });
  const signIn = async (browser: Browser, authenticator = device) =>
    browser.post(
      "/api/auth/passkey-login",
      authenticator.get(await options(browser, "/api/auth/passkey-login/options")),
    );

  test("one is added, signs in without a password or code, and is removed", async () => {
    expect((await register()).json()).toMatchObject({ name: "Laptop", synced: false });
    expect((await owner.me()).person).toMatchObject({ passkeys: 1 });
    const browser = lab.browser("198.51.100.3");
    expect((await signIn(browser)).statusCode).toBe(204);
    await browser.me();
    expect((await lab.log())[0]).toMatchObject({ action: "auth.login", method: "passkey", ip: "198.51.100.3" });
    const { items } = (await browser.get("/api/auth/passkeys")).json();
    expect(items).toMatchObject([{ name: "Laptop", last_used_at: lab.clock.now.toISOString() }]);
    expect((await browser.send("DELETE", `/api/auth/passkeys/${items[0].id}`, {})).statusCode).toBe(204);
    expect((await signIn(lab.browser())).statusCode).toBe(401);
    expect((await lab.log()).map((entry) => entry.action)).toEqual([
      "auth.login_failed",
      "auth.passkey_removed",
      "auth.login",
      "auth.passkey_registered",
      "auth.login",
      "member.joined",
    ]);
  });

  test("the same answer again is refused, and so is one for an old challenge", async () => {
    await register();
    const asked = await options(owner, "/api/auth/passkey-login/options");
    const answer = device.get(asked);
    expect((await lab.browser().post("/api/auth/passkey-login", answer)).statusCode).toBe(204);
    expect((await lab.browser().post("/api/auth/passkey-login", answer)).statusCode).toBe(401);
    const old = await options(owner, "/api/auth/passkey-login/options");
    lab.pass(6 * 60_000);
    expect((await lab.browser().post("/api/auth/passkey-login", device.get(old))).statusCode).toBe(401);
    expect((await lab.log({ action: "auth.login_failed" })).map((entry) => entry.reason)).toEqual([
      "wrong_passkey",
      "wrong_passkey",
    ]);
  });

  test.each([
    ["another key under the same id", (other: Authenticator) => other.id.set(device.id)],
    ["another origin", () => undefined],
    ["a user who was not verified", () => undefined],
    ["a counter that went back", () => undefined],
  ])("%s is refused", async (what, prepare) => {
    await register();
    await signIn(lab.browser());
    const other = what.startsWith("another key") ? new Authenticator(ORIGIN) : device;
    prepare(other);
    if (what.includes("origin")) Object.assign(other, { origin: "https://evil.example" });
    if (what.includes("verified")) other.verified = false;
    if (what.includes("counter")) other.counter = 0;
    else other.counter = 10;
    expect((await signIn(lab.browser(), other)).statusCode).toBe(401);
  });

  test("a registration for another origin or somebody else's challenge is refused", async () => {
    const evil = new Authenticator("https://evil.example");
    expect((await register(evil)).statusCode).toBe(422);
    const login = await options(owner, "/api/auth/passkey-login/options");
    const response = device.create({ challenge: login.challenge, rp: { id: login.rpId } });
    expect((await owner.post("/api/auth/passkeys", { response })).statusCode).toBe(422);
    expect((await register()).statusCode).toBe(201);
    expect((await register()).statusCode).toBe(409);
  });

  test.each([{}, { id: 1 }, { id: "x", response: null }, { id: "x", rawId: "x", type: "public-key", response: {} }])(
    "%j is no answer of an authenticator",
    async (body) => {
      expect((await lab.browser().post("/api/auth/passkey-login", body)).statusCode).toBe(401);
      expect((await owner.post("/api/auth/passkeys", { response: body })).statusCode).toBe(422);
    },
  );
});
