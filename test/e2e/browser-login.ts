import { execFile } from "node:child_process";
import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { TOTP } from "otpauth";
import type pg from "pg";

/** A browser without a screen: one cookie jar, and the pages a person would go through to sign in. */
export class Browser {
  readonly url: string;
  readonly jar = new Map<string, string>();
  readonly headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.headers = headers;
  }
  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }
  /** what Vigil keeps of it */
  get digest(): string {
    return digestOf(this.cookie);
  }

  async open(path: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(this.url + path, {
      method: form ? "POST" : "GET",
      headers: {
        cookie: this.cookie,
        accept: "text/html",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",
        ...this.headers,
      },
      ...(form ? { body: new URLSearchParams(form) } : {}),
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0]!.split("=");
      this.jar.set(name!, value!);
    }
    return response;
  }

  /** True when the login page lets the person on. */
  async signIn(login: string, password: string): Promise<boolean> {
    const answer = await this.submit("/web/login", { login, password });
    return answer.status === 303;
  }
  async secondFactor(code: string): Promise<boolean> {
    return (await this.submit("/web/login/totp", { totp_token: code })).status === 303;
  }
  private async submit(path: string, fields: Record<string, string>): Promise<Response> {
    const page = await (await this.open(path)).text();
    const token = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    return this.open(path, { csrf_token: token, ...fields });
  }

  /** "served", or the name of the error. */
  async call(model: string, method: string, args: unknown[]): Promise<string> {
    const response = await fetch(`${this.url}/web/dataset/call_kw/${model}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: this.cookie },
      body: JSON.stringify({ jsonrpc: "2.0", params: { model, method, args, kwargs: {} } }),
      signal: AbortSignal.timeout(60_000),
    });
    const body = (await response.json()) as { error?: { data: { name: string } } };
    return body.error ? body.error.data.name : "served";
  }
}

/** What Vigil keeps of a session with this cookie. */
export function digestOf(cookie: string): string {
  const id = /session_id=([^;]+)/.exec(cookie)![1]!;
  return createHash("sha256").update(id.slice(0, 42)).digest("hex");
}

/** An API key as Odoo stores it: made here, because its own wizard asks for the password again. */
export async function addKey(psql: pg.Client, userId: number, name: string): Promise<string> {
  const key = randomBytes(20).toString("hex");
  const salt = randomBytes(16);
  const b64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("+", ".").replace(/=+$/, "");
  const hash = `$pbkdf2-sha512$6000$${b64(salt)}$${b64(pbkdf2Sync(key, salt, 6000, 64, "sha512"))}`;
  await psql.query("INSERT INTO res_users_apikeys (name, user_id, scope, index, key) VALUES ($1, $2, NULL, $3, $4)", [
    name,
    userId,
    key.slice(0, 8),
    hash,
  ]);
  return key;
}

export function totpCode(secret: string): string {
  return new TOTP({ secret, digits: 6, period: 30 }).generate();
}

const CURL = "/usr/bin/curl";
/** What Odoo answers when a cookie is shown again a hundred times, by curl where there is one, to whichever worker takes it. */
export async function replay(url: string, cookie: string): Promise<string[]> {
  const path = `${url}/web/dataset/call_kw/res.partner/search_count`;
  const params = { model: "res.partner", method: "search_count", args: [[]], kwargs: {} };
  const body = JSON.stringify({ jsonrpc: "2.0", params });
  const headers = { "content-type": "application/json", cookie };
  if (existsSync(CURL)) {
    const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const args = ["-s", ...given, "-d", body, "-w", "\n", `${path}?replay=[1-100]`];
    return (await promisify(execFile)(CURL, args)).stdout.trim().split("\n");
  }
  const answers: string[] = [];
  const once = async () => (await fetch(path, { method: "POST", headers, body })).text();
  while (answers.length < 100) answers.push(...(await Promise.all(Array.from({ length: 5 }, once))));
  return answers;
}
