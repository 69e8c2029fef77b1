import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Accounts, authenticate, firstSetupLink } from "../../service/accounts/index.ts";
import type { Permission } from "../../service/accounts/permissions.ts";
import type { AuditLog } from "../../service/audit/event.ts";
import { listAuditLogs } from "../../service/audit/index.ts";
import type { Store } from "../../service/store/index.ts";
import { openApi } from "../support/api.ts";
import { type StoreLab, TestClock } from "../support/stores.ts";

export const PASSWORD = "three grey herons at dusk";
export const ADA = { email: "ada@example.com", name: "Ada Byron" };
export const person = (name: string, role: string) => ({ email: `${name}@example.com`, name, role });

/** A browser: keeps cookies and sends the CSRF token, as the dashboard does. */
export class Browser {
  readonly api: FastifyInstance;
  readonly cookies = new Map<string, string>();
  ip: string;
  csrf = "";
  organisation: string | undefined;
  constructor(api: FastifyInstance, ip: string) {
    this.api = api;
    this.ip = ip;
  }

  async send(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    url: string,
    payload?: object,
  ): Promise<LightMyRequestResponse> {
    const answer = await this.api.inject({
      method,
      url,
      remoteAddress: this.ip,
      cookies: Object.fromEntries(this.cookies),
      headers: {
        "user-agent": "Test/1.0",
        ...(this.csrf ? { "x-csrf-token": this.csrf } : {}),
        ...(this.organisation ? { "x-organisation-id": this.organisation } : {}),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const cookie of answer.cookies) {
      if (cookie.value === "") this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    }
    return answer;
  }

  get(url: string): Promise<LightMyRequestResponse> {
    return this.send("GET", url);
  }

  post(url: string, payload?: object): Promise<LightMyRequestResponse> {
    return this.send("POST", url, payload);
  }

  /** After signing in: learns the CSRF token. */
  async me(): Promise<Record<string, never> & { person: { id: string } }> {
    const answer = await this.get("/api/auth/me");
    if (answer.statusCode !== 200) throw new Error(answer.body);
    this.csrf = answer.json().csrf_token;
    return answer.json();
  }

  async id(): Promise<string> {
    return (await this.me()).person.id;
  }

  makeKey(permissions: Permission[], more: object = {}): Promise<LightMyRequestResponse> {
    return this.post("/api/api-keys", { name: "siem", permissions, ...more });
  }

  async login(email = ADA.email, password = PASSWORD, code?: string): Promise<number> {
    const answer = await this.post("/api/auth/login", { email, password, ...(code ? { code } : {}) });
    if (answer.statusCode === 204) await this.me();
    return answer.statusCode;
  }
}

export interface AccountsLab {
  store: Store;
  /** only ever goes on, as clocks do: what was written before a test stays in the past */
  clock: TestClock;
  accounts: Accounts;
  api: FastifyInstance;
  /** Nobody can sign in, as after the first start; the log goes on, as logs do, and `log` shows what came since. */
  begin(): Promise<void>;
  pass(milliseconds: number): void;
  /** from an address of this test's own unless one is named: the limits by address count in real minutes */
  browser(ip?: string): Browser;
  /** the first Owner, signed in */
  owner(): Promise<Browser>;
  /** somebody invited by `by` with a role, signed in */
  join(by: Browser, person: { email: string; name: string; role: string }): Promise<Browser>;
  /** a request by an API key */
  byKey(token: string, url?: string, method?: "GET" | "POST"): Promise<LightMyRequestResponse>;
  log(filter?: object): Promise<AuditLog[]>;
}

/** What the files of these tests begin with: `each` is given the lab and its first Owner before every test. */
export function useAccounts(stores: StoreLab, each: (lab: AccountsLab, owner: Browser) => void): void {
  let lab: AccountsLab;
  beforeAll(async () => {
    await stores.start();
    lab = await openAccounts(stores);
  });
  afterAll(() => stores.stop());
  beforeEach(async () => {
    await lab.begin();
    each(lab, await lab.owner());
  });
}

export const tokenOf = (link: string): string => link.split("#")[1]!;

/** One store and one API for a file of tests: opening them costs seconds, `begin` some milliseconds. */
export async function openAccounts(stores: StoreLab): Promise<AccountsLab> {
  const clock = new TestClock();
  const store = await stores.open(clock);
  const accounts: Accounts = { store, publicUrl: () => "http://localhost:8787" };
  const api = await openApi(store, { accounts, authenticate: (request) => authenticate(accounts, request) });
  const reader = { organisation_id: store.organisationId, permissions: new Set(["view:owner_events"]) };
  const newest = async (): Promise<number> => (await listAuditLogs(store, reader, { limit: 1 })).items[0]?.seq ?? 0;
  let test = 0;
  let since = 0;
  const lab: AccountsLab = {
    store,
    clock,
    accounts,
    api,
    async begin() {
      await store.database.ownerTransaction(async (tx) => {
        for (const table of ["api_key", "person", "role", "one_time_link", "sign_in_throttle", "webauthn_challenge"])
          await tx.query(`DELETE FROM ${table}`);
        await tx.query("UPDATE organisation SET name = 'default' WHERE id = $1", [store.organisationId]);
      });
      since = await newest();
      test++;
    },
    pass(milliseconds) {
      clock.now = new Date(clock.now.getTime() + milliseconds);
    },
    browser: (ip = `198.18.0.${test}`) => new Browser(api, ip),
    async owner() {
      const browser = lab.browser();
      const link = (await firstSetupLink(accounts))!;
      const answer = await browser.post("/api/auth/setup", { token: tokenOf(link), ...ADA, password: PASSWORD });
      if (answer.statusCode !== 204) throw new Error(answer.body);
      await browser.me();
      return browser;
    },
    async join(by, person) {
      const invited = await by.post("/api/members", person);
      if (invited.statusCode !== 201) throw new Error(invited.body);
      const browser = lab.browser();
      const answer = await browser.post("/api/auth/setup", {
        token: tokenOf(invited.json().link),
        name: person.name,
        password: PASSWORD,
      });
      if (answer.statusCode !== 204) throw new Error(answer.body);
      await browser.me();
      return browser;
    },
    byKey: (token, url = "/api/instances", method = "GET") =>
      api.inject({ method, url, headers: { authorization: `Bearer ${token}` } }),
    async log(filter = {}) {
      const { items } = await listAuditLogs(store, reader, { limit: 500, ...filter });
      return items.filter(({ seq }) => seq > since);
    },
  };
  return lab;
}
