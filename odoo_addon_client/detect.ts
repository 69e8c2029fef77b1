import { BadAnswerError } from "./errors.ts";
import type { Http } from "./http.ts";
import { unreadable } from "./transports/transport.ts";

/**
 * The running series, "17.0". All three answer `/web/webclient/version_info` without a login and without a database;
 * `/web/version` is new in 19 (404 before), so it would cost 17 and 18 a call for nothing.
 */
export async function detectSeries(http: Http, url: string): Promise<string> {
  const answer = await http.send({
    path: "/web/webclient/version_info",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: {} }),
  });
  const fromJson = answer.content_type.includes("json") ? series(answer.text) : undefined;
  if (fromJson !== undefined) return fromJson;
  if (answer.status >= 500) throw unreadable(answer.status, url);
  const plain = await http.send({ method: "GET", path: "/web/version" });
  const fromPlain = plain.content_type.includes("json") ? series(plain.text) : undefined;
  if (fromPlain !== undefined) return fromPlain;
  throw new BadAnswerError(`${new URL(url).host} does not answer as Odoo does: check the address.`, {
    retryable: false,
  });
}

function series(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { result?: { server_version_info?: unknown[] }; version_info?: unknown[] };
    const info = value.result?.server_version_info ?? value.version_info;
    // "saas~17" of an online database counts as its number.
    const major = /\d+/.exec(String(info?.[0] ?? ""))?.[0];
    return major === undefined ? undefined : `${major}.${Number(info?.[1] ?? 0)}`;
  } catch {
    return undefined;
  }
}
