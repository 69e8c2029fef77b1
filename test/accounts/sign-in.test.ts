import { TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { firstSetupLink, ownerLink, resetLink } from "../../service/accounts/index.ts";
import { osUser } from "../../service/audit/index.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { type AccountsLab, ADA, type Browser, openAccounts, PASSWORD, tokenOf } from "./lab.ts";

describe.each(STORE_KINDS)("signing in on %s", (kind) => {
  const stores = new StoreLab(kind);
  let lab: AccountsLab;
  beforeAll(async () => {
    await stores.start();
    lab = await openAccounts(stores);
  });
  afterAll(() => stores.stop());
  beforeEach(() => lab.begin());
  const pass = (milliseconds: number): void => lab.pass(milliseconds);
  const actions = async (filter = {}): Promise<string[]> => (await lab.log(filter)).map((entry) => entry.action);

  test("the first start's link makes the first Owner, once; there is no default password", async () => {
    const browser = lab.browser();
    expect((await browser.get("/api/auth/setup")).json()).toEqual({ needed: true });
    const first = (await firstSetupLink(lab.accounts))!;
    const second = (await firstSetupLink(lab.accounts))!;
    const setup = (link: string) =>
      browser.post("/api/auth/setup", { token: tokenOf(link), ...ADA, password: PASSWORD, organisation: "Analytical" });
    expect((await setup(first)).statusCode).toBe(404); // a newer link ends the older
    expect((await browser.get(`/api/auth/link?token=${tokenOf(second)}`)).json()).toMatchObject({ kind: "setup" });
    expect((await setup(second)).statusCode).toBe(204);
    expect((await setup(second)).statusCode).toBe(404);
    expect(await firstSetupLink(lab.accounts)).toBeUndefined();
    expect((await browser.get("/api/auth/setup")).json()).toEqual({ needed: false });
    expect(await browser.me()).toMatchObject({
      person: { email: ADA.email, totp_enabled: false },
      organisations: [{ name: "Analytical", role: "owner" }],
    });
    expect(await actions()).toEqual(["auth.login", "member.joined"]);
  });

  test("an expired link is refused", async () => {
    const link = (await firstSetupLink(lab.accounts))!;
    pass(25 * 3_600_000);
    const answer = await lab.browser().post("/api/auth/setup", { token: tokenOf(link), ...ADA, password: PASSWORD });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toMatch(/ask for a new one/);
  });

  test("a password that anybody tries first is refused with a sentence", async () => {
    const link = (await firstSetupLink(lab.accounts))!;
    const answer = await lab
      .browser()
      .post("/api/auth/setup", { token: tokenOf(link), ...ADA, password: "password1234" });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toMatch(/first that anybody tries/);
    expect(answer.body).not.toContain("password1234");
  });

  test("login and logout are in the log with address, browser and method; the cookie opens nothing afterwards", async () => {
    await lab.owner();
    const browser = lab.browser("198.51.100.7");
    expect(await browser.login()).toBe(204);
    const [cookie] = (await browser.post("/api/auth/login", { email: ` ADA@example.com `, password: PASSWORD }))
      .cookies;
    expect(cookie).toMatchObject({ name: "vigil_session", httpOnly: true, sameSite: "Lax", path: "/" });
    await browser.me();
    const old = browser.cookies.get("vigil_session")!;
    expect((await browser.post("/api/auth/logout")).statusCode).toBe(204);
    browser.cookies.set("vigil_session", old);
    expect((await browser.get("/api/auth/me")).statusCode).toBe(401);
    const [out, login] = await lab.log();
    expect(out).toMatchObject({ action: "auth.logout", actor: { email: ADA.email } });
    expect(login).toMatchObject({
      action: "auth.login",
      method: "password",
      ip: "198.51.100.7",
      user_agent: "Test/1.0",
      success: true,
      actor: { type: "person", email: ADA.email, name: ADA.name },
    });
  });

  test("an unknown address and a wrong password are answered alike, and told apart in the log", async () => {
    await lab.owner();
    const ask = async (email: string) => {
      const answer = await lab
        .browser("198.51.100.9")
        .post("/api/auth/login", { email, password: "not the right words" });
      const { instance: _, ...body } = answer.json();
      return { status: answer.statusCode, body, cookies: answer.cookies.length };
    };
    expect(await ask("nobody@example.com")).toEqual(await ask(ADA.email));
    expect((await lab.log({ action: "auth.login_failed" })).map((entry) => [entry.reason, entry.actor.email])).toEqual([
      ["wrong_password", ADA.email],
      ["unknown_account", "nobody@example.com"],
    ]);
    const forgot = async (email: string) => (await lab.browser().post("/api/auth/forgot", { email })).statusCode;
    expect([await forgot(ADA.email), await forgot("nobody@example.com")]).toEqual([200, 200]);
    expect((await lab.browser().post("/api/auth/forgot", { email: ADA.email })).json()).toEqual({
      sent: false,
      instead: expect.stringContaining("vigil account link --reset"),
    });
  });

  test("guessing is slowed down ever more, and a stranger's guesses do not keep the person out", async () => {
    const owner = await lab.owner();
    const stranger = lab.browser("203.0.113.66");
    const outcomes: number[] = [];
    for (let n = 0; n < 8; n++) outcomes.push(await stranger.login(ADA.email, "wrong wrong wrong"));
    expect(outcomes).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    // the right password does not help from there while it is blocked, nor does another account's
    const blocked = await stranger.post("/api/auth/login", { email: ADA.email, password: PASSWORD });
    expect([blocked.statusCode, blocked.headers["retry-after"]]).toEqual([429, "1"]);
    pass(1_000);
    expect(await stranger.login(ADA.email, "wrong wrong wrong")).toBe(401);
    pass(1_000);
    expect(await stranger.login(ADA.email, "wrong wrong wrong")).toBe(429);
    pass(1_000);
    expect(await stranger.login(ADA.email, "wrong wrong wrong")).toBe(401);
    // from elsewhere, and from the browser that was there before even behind the stranger's address
    expect(await lab.browser("192.0.2.200").login()).toBe(204);
    owner.ip = "203.0.113.66";
    expect(await owner.login()).toBe(204);
    // one entry a block, not one an attempt
    const reasons = (await lab.log({ action: "auth.login_failed" })).map((entry) => entry.reason);
    expect(reasons.filter((reason) => reason === "locked")).toHaveLength(2);
    expect(reasons.filter((reason) => reason === "wrong_password")).toHaveLength(7);
  });

  test("a hundred guesses at once are no more than five", async () => {
    await lab.owner();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => lab.browser("203.0.113.77").login(ADA.email, "wrong wrong wrong")),
    );
    expect(outcomes.filter((status) => status === 401)).toHaveLength(5);
  });

  test("many accounts from one address are slowed down, too; IPv6 counts by network", async () => {
    await lab.owner();
    const outcomes: number[] = [];
    for (let n = 0; n < 34; n++)
      outcomes.push(await lab.browser(`2001:db8::${n.toString(16)}`).login(`guess${n}@example.com`, "x"));
    expect(outcomes.indexOf(429)).toBe(30);
  });

  describe("with an authenticator", () => {
    let owner: Browser;
    let totp: TOTP;
    let codes: string[];
    const code = (): string => totp.generate({ timestamp: lab.clock.now.getTime() });
    beforeEach(async () => {
      owner = await lab.owner();
      const offered = (await owner.post("/api/auth/totp", {})).json();
      expect(offered.otpauth_url).toContain("issuer=Vigil");
      totp = new TOTP({ secret: offered.secret });
      expect((await owner.post("/api/auth/totp/confirm", { code: "000000" })).statusCode).toBe(422);
      const confirmed = await owner.post("/api/auth/totp/confirm", { code: code() });
      codes = confirmed.json().recovery_codes;
      expect(codes).toHaveLength(10);
      pass(60_000);
    });

    test("a code is due, a wrong one is refused, the right one signs in", async () => {
      const browser = lab.browser("192.0.2.50");
      const due = await browser.post("/api/auth/login", { email: ADA.email, password: PASSWORD });
      expect([due.statusCode, due.json().type]).toEqual([401, "/api/problems/totp-required"]);
      expect(due.cookies).toEqual([]);
      expect(await browser.login(ADA.email, PASSWORD, "123456")).toBe(401);
      expect(await browser.login(ADA.email, PASSWORD, code())).toBe(204);
      expect((await lab.log())[0]).toMatchObject({ action: "auth.login", method: "password+totp" });
      expect((await lab.log({ action: "auth.login_failed" }))[0]).toMatchObject({
        reason: "wrong_totp",
        method: "totp",
      });
    });

    test("the same code again is refused, and so is an older one", async () => {
      const before = code();
      pass(30_000);
      const now = code();
      expect(await lab.browser("192.0.2.50").login(ADA.email, PASSWORD, now)).toBe(204);
      expect(await lab.browser("192.0.2.51").login(ADA.email, PASSWORD, now)).toBe(401);
      expect(await lab.browser("192.0.2.51").login(ADA.email, PASSWORD, before)).toBe(401);
      expect((await lab.log({ action: "auth.login_failed" }))[0]!.reason).toBe("replayed_totp");
      pass(30_000);
      expect(await lab.browser("192.0.2.51").login(ADA.email, PASSWORD, code())).toBe(204);
    });

    test("of two sign-ins with one code at once, one is in", async () => {
      const now = code();
      const outcomes = await Promise.all(
        ["192.0.2.60", "192.0.2.61"].map((ip) => lab.browser(ip).login(ADA.email, PASSWORD, now)),
      );
      expect(outcomes.sort()).toEqual([204, 401]);
    });

    test("a recovery code works once", async () => {
      expect(await lab.browser("192.0.2.50").login(ADA.email, PASSWORD, codes[0]!.toUpperCase())).toBe(204);
      expect(await lab.browser("192.0.2.50").login(ADA.email, PASSWORD, codes[0])).toBe(401);
      expect((await lab.log({ action: "auth.recovery_code_used" })).length).toBe(1);
      expect((await owner.me()).person).toMatchObject({ recovery_codes_left: 9 });
    });

    test("guessing codes is slowed down like guessing passwords, and asking without one starts nothing anew", async () => {
      const stranger = lab.browser("203.0.113.88");
      const outcomes: string[] = [];
      for (let n = 0; n < 12; n++) {
        const { headers, statusCode } = await stranger.post("/api/auth/login", {
          email: ADA.email,
          password: PASSWORD,
          ...(n % 2 === 0 ? { code: "000001" } : {}),
        });
        outcomes.push(`${statusCode}${headers["retry-after"] ?? ""}`);
      }
      expect(outcomes.filter((outcome) => outcome === "401").length).toBeLessThanOrEqual(9);
      expect(outcomes.at(-1)).toMatch(/^429/);
    });

    test("a browser left open does not get another factor: ten minutes after the sign-in the password is due", async () => {
      await owner.send("DELETE", "/api/auth/totp", { password: PASSWORD });
      pass(11 * 60_000);
      for (const url of ["/api/auth/totp", "/api/auth/passkeys/options"]) {
        const due = await owner.post(url, {});
        expect([due.statusCode, due.json().type]).toEqual([403, "/api/problems/password-required"]);
        expect((await owner.post(url, { password: "wrong wrong wrong" })).statusCode).toBe(401);
        expect((await owner.post(url, { password: PASSWORD })).statusCode).toBe(200);
      }
      const removal = await owner.send("DELETE", "/api/auth/passkeys/none", {});
      expect(removal.json().type).toBe("/api/problems/password-required");
    });

    test("it is turned off with the password only; the command line's link can drop it", async () => {
      const off = (password: string) => owner.send("DELETE", "/api/auth/totp", { password });
      expect((await off("wrong wrong wrong")).statusCode).toBe(401);
      const kept = await resetLink(lab.accounts, ADA.email, osUser("root"));
      const next = "four brown bears at noon";
      expect((await owner.post("/api/auth/reset", { token: tokenOf(kept), password: next })).statusCode).toBe(204);
      expect((await lab.browser().post("/api/auth/login", { email: ADA.email, password: next })).json().type).toMatch(
        /totp/,
      );
      const dropped = await resetLink(lab.accounts, ADA.email, osUser("root"), { drop_second_factor: true });
      expect((await owner.post("/api/auth/reset", { token: tokenOf(dropped), password: PASSWORD })).statusCode).toBe(
        204,
      );
      expect(await lab.browser().login()).toBe(204);
      expect((await lab.log({ action: "auth.password_reset" }))[0]).toMatchObject({ actor: { id: "os:root" } });
      expect(await actions()).toContain("auth.totp_disabled");
    });
  });

  test("a new password ends every other sign-in, a reset all of them", async () => {
    const owner = await lab.owner();
    const other = lab.browser("192.0.2.5");
    await other.login();
    const next = "four brown bears at noon";
    expect((await owner.post("/api/auth/password", { current: "wrong wrong", password: next })).statusCode).toBe(401);
    expect((await owner.post("/api/auth/password", { current: PASSWORD, password: next })).statusCode).toBe(204);
    expect((await owner.get("/api/auth/me")).statusCode).toBe(200);
    expect((await other.get("/api/auth/me")).statusCode).toBe(401);
    const link = await resetLink(lab.accounts, ADA.email, osUser("root"));
    expect((await other.post("/api/auth/reset", { token: tokenOf(link), password: PASSWORD })).statusCode).toBe(204);
    expect((await other.post("/api/auth/reset", { token: tokenOf(link), password: next })).statusCode).toBe(404);
    expect((await owner.get("/api/auth/me")).statusCode).toBe(401);
    expect(await owner.login(ADA.email, next)).toBe(401);
    expect(await owner.login()).toBe(204);
  });

  test("sessions are listed and ended one by one; idle ones end by themselves", async () => {
    const owner = await lab.owner();
    const other = lab.browser("192.0.2.5");
    await other.login();
    const { items } = (await owner.get("/api/auth/sessions")).json();
    expect(items.map((item: { current: boolean }) => item.current).sort()).toEqual([false, true]);
    const { id } = items.find((item: { current: boolean }) => !item.current);
    expect((await owner.send("DELETE", `/api/auth/sessions/${id}`)).statusCode).toBe(204);
    expect((await other.get("/api/auth/me")).statusCode).toBe(401);
    expect((await owner.send("DELETE", `/api/auth/sessions/${id}`)).statusCode).toBe(404);
    pass(11 * 3_600_000);
    await owner.me();
    pass(11 * 3_600_000);
    await owner.me();
    pass(12.1 * 3_600_000);
    expect((await owner.get("/api/auth/me")).statusCode).toBe(401);
  });

  test("what changes something needs the CSRF token of this very sign-in", async () => {
    const owner = await lab.owner();
    const other = lab.browser("192.0.2.5");
    await other.login();
    const { csrf } = owner;
    for (const wrong of ["", "x", other.csrf]) {
      owner.csrf = wrong;
      const answer = await owner.post("/api/roles", { name: "x", permissions: [] });
      expect([answer.statusCode, answer.json().type]).toEqual([403, "/api/problems/csrf-token"]);
    }
    owner.csrf = csrf;
    expect((await owner.post("/api/roles", { name: "x", permissions: [] })).statusCode).toBe(201);
  });

  test("the command line makes an Owner where all were lost", async () => {
    await lab.owner();
    const link = await ownerLink(lab.accounts, "Grace@Example.com", osUser("root"));
    await expect(ownerLink(lab.accounts, ADA.email, osUser("root"))).rejects.toThrow(/--reset/);
    const grace = lab.browser();
    const setup = { token: tokenOf(link), name: "Grace", password: PASSWORD, email: "other@example.com" };
    expect((await grace.post("/api/auth/setup", setup)).statusCode).toBe(204);
    expect(await grace.me()).toMatchObject({
      person: { email: "grace@example.com" },
      organisations: [{ role: "owner" }],
    });
    expect((await lab.log({ action: "auth.setup_link_made" }))[0]).toMatchObject({ owner_only: true });
  });
});
