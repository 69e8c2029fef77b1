import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, openBrowser } from "../dashboard/chromium.ts";
import { until } from "../odoo/postgres.ts";
import { executeKw, WebSession } from "../odoo/web-session.ts";
import { addKey, Browser, digestOf, replay, totpCode } from "./browser-login.ts";
import { CAME_FROM, startProxy } from "./proxy.ts";
import { sql, target, untilSomebodyWaits } from "./target.ts";
import { type EventLine, Vigil } from "./vigil-cli.ts";
import { cookieOf, drafts, idleAfterReload, openForm, partnerForms, signInHere, signInToForm } from "./web-client.ts";

/*
 * Two prefork workers and the gevent port behind a proxy. What one worker has ended no worker may serve.
 */
const { database, postgres, gevent_port, version } = target();
const proxy = await startProxy(target().url, gevent_port);
const { url } = proxy;
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const vigil = new Vigil();
let psql: pg.Client;
const ids: Record<string, number> = {};

const bridge = async <T>(method: string, request: object): Promise<T> =>
  JSON.parse(await executeKw<string>(url, database, 2, "admin", "vigil.bridge", method, [request])) as T;

/** A line of `vigil sessions list --json`, as far as it is looked at here. */
interface SessionLine {
  session: string;
  user: { login: string };
  live: boolean;
  end_reason?: string;
  started_at: string;
  last_activity_at: string;
  duration_s: number;
  active_s: number;
  precision_s: number;
  place: { ip?: string };
}
/** What the service was told, looked at once after the last act. */
type Kind = (kind: string) => EventLine[];
/** whom two browsers write about: the form of a user's own partner asks for more before it saves */
let contact: number;
const told: ((events: Kind, sessions: SessionLine[]) => void)[] = [];
/** Something on the user's channel, as any module sends it. */
const wake = (login: string) =>
  psql.query(
    `WITH sent AS (INSERT INTO bus_bus (channel, message, create_date) SELECT channel, '{"type":"vigil/e2e","payload":{}}', now()
       FROM (SELECT format('["%s","res.partner",%s]', $1::text, partner_id) AS channel FROM res_users WHERE id = $2) c RETURNING channel)
     SELECT pg_notify('imbus', '[' || channel || ']') FROM sent`,
    [database, ids[login]],
  );
const details = (event: EventLine | undefined): Record<string, unknown> =>
  (event as unknown as { details: Record<string, unknown> }).details;

/** For the session of somebody who did nothing in them. */
async function tenMinutesPass(session: string): Promise<void> {
  const told = "SELECT 1 FROM vigil_session WHERE session = $1 AND presence";
  await until(async () => (await psql.query(told, [session])).rowCount, 60_000, "the browser told of nobody");
  const back = ["started_at", "last_activity_at"].map((column) => `${column} = ${column} - interval '10 min'`);
  await psql.query(`UPDATE vigil_session SET ${back} WHERE session = $1`, [session]);
}

async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser(url);
  expect(await browser.signIn(login, `${login}-12345`)).toBe(true);
  return browser;
}

beforeAll(async () => {
  psql = await sql(postgres);
  await vigil.add("acme", { url, database }, "admin", "admin");
  const admin = await WebSession.signIn(url, database, "admin");
  const base = (await psql.query("SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'"))
    .rows[0];
  const partners = (
    await psql.query("SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_partner_manager'")
  ).rows[0];
  const groups = version === "19.0" ? "group_ids" : "groups_id";
  const logins = ["pia", "tom", "kim", "leo", "mia", "ida", "roy"];
  const member = [[6, 0, [base.res_id, partners.res_id]]];
  const values = logins.map((login) => ({
    name: login,
    login,
    password: `${login}-12345`,
    [groups]: member,
  }));
  const made = await admin.call<number[]>("res.users", "create", [values]);
  for (const [at, login] of logins.entries()) ids[login] = made[at]!;
  contact = (await admin.call<number[]>("res.partner", "create", [[{ name: "Somebody" }]]))[0]!;
}, 240_000);

afterAll(async () => {
  await psql?.end();
  await proxy.close();
  vigil.remove();
});

describe("logins", () => {
  it("by password, right and wrong", async () => {
    const browser = await signedIn("pia");
    expect(await new Browser(url).signIn("pia", "wrong")).toBe(false);
    expect(await new Browser(url).signIn("nobody.at.all", "wrong")).toBe(false);
    const session = browser.digest;
    told.push((events) => {
      const login = events("session.login").find((event) => details(event).session === session);
      expect(login).toMatchObject({ user: { login: "pia" }, session });
      expect(details(login)).toMatchObject({ method: "password", interface: "web", known_device: false });
      const failed = events("session.login_failed").map((event) => [details(event).login_tried, details(event).reason]);
      expect(failed).toContainEqual(["pia", "wrong_password"]);
      expect(failed).toContainEqual(["nobody.at.all", "unknown_login"]);
    });
  });

  it("from behind a proxy, whatever the caller says of itself", async () => {
    // as Odoo saw it, and as the service shows it
    const places = { "2001:db8::7": "2001:db8::7", "::ffff:192.0.2.9": "192.0.2.9", "198.51.100.4": "198.51.100.4" };
    const sessions: Record<string, string> = {};
    for (const from of Object.keys(places)) {
      const browser = new Browser(url, { [CAME_FROM]: from, "x-forwarded-for": "203.0.113.99, nonsense" });
      expect(await browser.signIn("pia", "pia-12345")).toBe(true);
      sessions[from] = browser.digest;
    }
    told.push((events, listed) => {
      for (const [from, shown] of Object.entries(places)) {
        const session = sessions[from];
        const login = events("session.login").find((event) => details(event).session === session);
        expect(login?.ip).toBe(from);
        expect(listed.find((one) => one.session === session)?.place.ip).toBe(shown);
      }
    });
  });

  it("with a second factor, and a wrong code", async () => {
    await psql.query("UPDATE res_users SET totp_secret = $1 WHERE id = $2", [SECRET, ids.tom]);
    const browser = new Browser(url);
    expect(await browser.signIn("tom", "tom-12345")).toBe(true);
    expect(await browser.secondFactor("000000")).toBe(false);
    expect(await browser.secondFactor(totpCode(SECRET))).toBe(true);
    expect(await browser.call("res.partner", "search_count", [[]])).toBe("served");
    told.push((events) => {
      const logins = events("session.login").filter((event) => event.user?.login === "tom");
      expect(logins.map((event) => details(event).method)).toEqual(["totp"]);
      const failed = events("session.login_failed").map((event) => [details(event).login_tried, details(event).reason]);
      expect(failed).toContainEqual(["tom", "wrong_totp"]);
    });
  });

  it("by API key, told once an hour", async () => {
    const key = await addKey(psql, ids.kim!, "warehouse robot");
    const count = (secret: string) => executeKw(url, database, ids.kim!, secret, "res.partner", "search_count", [[]]);
    for (let call = 0; call < 4; call++) await count(key);
    await expect(count("f".repeat(40))).rejects.toThrow();
    told.push((events) => {
      const logins = events("session.login").filter((event) => event.user?.login === "kim");
      expect(logins.map((event) => [details(event).method, details(event).interface])).toEqual([
        ["api_key", "jsonrpc"],
      ]);
      const used = events("api_key.used").filter((event) => event.user?.login === "kim");
      expect(used.map((event) => details(event).name)).toEqual(["warehouse robot"]);
    });
  });

  it.skipIf(version !== "19.0")("by bearer key over JSON-2", async () => {
    const key = await addKey(psql, ids.mia!, "json robot");
    const answer = await fetch(`${url}/json/2/res.partner/search_count`, {
      method: "POST",
      headers: { authorization: `bearer ${key}`, "content-type": "application/json", "x-odoo-database": database },
      body: JSON.stringify({ domain: [] }),
    });
    expect(answer.status).toBe(200);
    told.push((events) => {
      const logins = events("session.login").filter((event) => details(event).interface === "json2");
      expect(logins.map((event) => [event.user?.login, details(event).method])).toEqual([["mia", "api_key"]]);
    });
  });
});

describe("ending", () => {
  it("holds in every worker while a save is under way, and the cookie is never served again", async () => {
    const [browser, other] = [await signedIn("leo"), await signedIn("leo")];
    const [partner] = (await psql.query("SELECT partner_id FROM res_users WHERE id = $1", [ids.leo])).rows;
    await psql.query("BEGIN");
    await psql.query("UPDATE res_partner SET comment = comment WHERE id = $1", [partner.partner_id]);
    const saving = browser.call("res.partner", "write", [[partner.partner_id], { comment: "under way" }]);
    await untilSomebodyWaits(psql);
    const session = browser.digest;
    expect(await bridge("session_end", { session, reason: "left", by: "ops" })).toEqual({ ended: 1 });
    await psql.query("COMMIT");
    expect(typeof (await saving)).toBe("string"); // already admitted: it may finish
    await expectNeverServed(browser.cookie);
    expect(await other.call("res.partner", "search_count", [[]])).toBe("served");
    told.push((events, listed) => {
      expect(listed.find((one) => one.session === session)).toMatchObject({ live: false, end_reason: "terminated" });
      expect(listed.find((one) => one.session === other.digest)).toMatchObject({ live: true, user: { login: "leo" } });
      const ended = events("session.terminated").filter((event) => details(event).session === session);
      expect(ended.map(details)).toMatchObject([{ reason: "left", by: { service: "ops" }, precision_s: 60 }]);
      expect(events("session.blocked").some((event) => details(event).session === session)).toBe(true);
    });
  });

  it("closes the open websocket", async () => {
    const browser = await signedIn("mia");
    const versions: Record<string, string> = { "17.0": "17.0-1", "18.0": "18.0-5", "19.0": "19.0-2" };
    const headers = { cookie: browser.cookie, origin: url };
    const at = `${url.replace("http", "ws")}/websocket?version=${versions[version]}`;
    const socket = new WebSocket(at, { headers } as never);
    const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
    await new Promise<void>((done, fail) => {
      socket.addEventListener("open", () => done());
      socket.addEventListener("error", () => fail(new Error("the websocket did not open")));
    });
    const heard = new Promise((done) => socket.addEventListener("message", done));
    socket.send(JSON.stringify({ event_name: "subscribe", data: { channels: ["vigil_e2e"], last: 0 } }));
    // it is subscribed when it hears something: sent until then
    let deaf = true;
    void heard.then(() => {
      deaf = false;
    });
    await until(
      async () => {
        // ends nobody's session, and wakes everything of mia's
        await wake("mia");
        return !deaf;
      },
      20_000,
      "the websocket heard nothing",
    );
    await bridge("session_end", { login: "mia", reason: "left", by: "ops" });
    expect(await closed).toBe(4001);
  }, 60_000);

  it("of a blocked user keeps everything shut until unblocked", async () => {
    const key = await addKey(psql, ids.roy!, "roy's robot");
    const count = () => executeKw(url, database, ids.roy!, key, "res.partner", "search_count", [[]]);
    await count();
    const browser = await signedIn("roy");
    await bridge("user_block", { login: "roy", blocked: true, reason: "theft", by: "ops" });
    expect(await browser.call("res.partner", "search_count", [[]])).toContain("SessionExpired");
    expect(await new Browser(url).signIn("roy", "roy-12345")).toBe(false);
    await expect(count()).rejects.toThrow(/AccessDenied/);
    await bridge("user_block", { login: "roy", blocked: false, reason: "cleared", by: "ops" });
    expect(await new Browser(url).signIn("roy", "roy-12345")).toBe(true);
    told.push((events) => expect([events("user.blocked").length, events("user.unblocked").length]).toEqual([1, 1]));
  });
});

describe("inactivity", () => {
  it("is not deceived by polling", async () => {
    await bridge("policy_set", { policy: { by_user: [{ login: "pia", minutes: 0.1 }] }, reason: "test", by: "ops" });
    const browser = await signedIn("pia");
    const started = Date.now();
    const poll = () => browser.call("res.partner", "search_count", [[]]);
    await until(async () => (await poll()).includes("SessionExpired"), 20_000, "polling kept it alive");
    expect(Date.now() - started).toBeGreaterThan(4000);
    const session = browser.digest;
    told.push((events, listed) => {
      const line = listed.find((one) => one.session === session);
      expect(line).toMatchObject({ live: false, end_reason: "inactivity", precision_s: 60 });
      const expired = events("session.expired").filter((event) => details(event).session === session);
      expect(expired.map((event) => details(event).reason)).toEqual(["inactivity"]);
    });
  }, 40_000);

  it.skipIf(!chromiumPath)(
    "of one browser warns, signs out and keeps the draft, while another of the same user is ended in the middle of a save",
    async () => {
      const chrome = await openBrowser();
      try {
        const form = await partnerForms(psql, url, version);
        const idle = await openForm(chrome, form(), "ida");
        const busy = await openForm(chrome, form(contact), "ida");
        const cookie = await cookieOf(busy.page);
        const session = digestOf(cookie);
        await psql.query("BEGIN");
        await psql.query("UPDATE res_partner SET comment = comment WHERE id = $1", [contact]);
        await busy.name.fill("Ida, in the middle of a save");
        await busy.page.click(".o_form_button_save");
        await untilSomebodyWaits(psql);
        const ended = ["sessions", "end", "--instance", "acme", "--session", session, "--reason", "left", "--json"];
        expect(JSON.parse(await vigil.ok(ended))).toMatchObject({ ended: 1 });
        await psql.query("COMMIT");
        await expectNeverServed(cookie);
        await busy.page.close();

        await tenMinutesPass(digestOf(await cookieOf(idle.page)));
        expect(await idleAfterReload(idle.page)).toBeGreaterThanOrEqual(600_000); // loading a page is no input
        await idle.name.waitFor({ timeout: 90_000 });
        await idle.page.goto(`${url}/web/session/logout`);

        // the next sign-in comes under the policy: a minute, of which the form may take all but the warning's seconds
        const policy = { by_user: [{ login: "ida", minutes: 1 }], warning_seconds: 50 };
        await bridge("policy_set", { policy, reason: "test", by: "ops" });
        await signInToForm(idle, form(), "ida");
        const limited = digestOf(await cookieOf(idle.page));
        await idle.name.fill("Half a sentence");
        await idle.page.waitForSelector(".o_vigil_warning", { timeout: 90_000 });
        expect(await idle.page.locator(".o_vigil_stay").isVisible()).toBe(true);
        await idle.page.waitForURL(/\/web\/login/, { timeout: 120_000 });
        expect(await drafts(idle.page)).toBe(1);
        await signInHere(idle.page, "ida");
        await idle.page.locator(".o_notification button", { hasText: "Restore the draft" }).click({ timeout: 60_000 });
        const restored = async () => (await idle.name.inputValue()) === "Half a sentence";
        await until(restored, 10_000, "the draft did not come back");
        expect(await drafts(idle.page)).toBe(0);
        told.push((events, listed) => {
          const expired = events("session.expired").filter((event) => event.user?.login === "ida");
          expect(expired.map((event) => [details(event).session, details(event).reason])).toEqual([
            [limited, "inactivity"],
          ]);
          const terminated = events("session.terminated").filter((event) => details(event).session === session);
          expect(terminated.map((event) => details(event).reason)).toEqual(["left"]);
          expect(events("session.blocked").some((event) => details(event).session === session)).toBe(true);
          const line = listed.find((one) => one.session === session);
          expect(line).toMatchObject({ live: false, end_reason: "terminated", user: { login: "ida" } });
        });
      } finally {
        await chrome.close();
      }
    },
  );
});

async function expectNeverServed(cookie: string): Promise<void> {
  const answers = await replay(url, cookie);
  expect(answers.length).toBe(100);
  expect(answers.filter((answer) => !answer.includes("odoo.http.SessionExpiredException"))).toEqual([]);
}

it("the service was told of all of it, each once", async () => {
  await vigil.pull("acme");
  const all = await vigil.events();
  const out = await vigil.ok(["sessions", "list", "--instance", "acme", "--limit", "500", "--json"]);
  const sessions = out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SessionLine);
  for (const one of sessions) {
    // what is told of a session fits together
    const known = (Date.parse(one.last_activity_at) - Date.parse(one.started_at)) / 1000;
    expect(one.active_s, one.session).toBeLessThanOrEqual(known + 5);
  }
  for (const check of told) check((kind) => all.filter((event) => event.kind === kind), sessions);
});
