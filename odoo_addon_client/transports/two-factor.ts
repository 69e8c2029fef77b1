import type { VigilClientError } from "../errors.ts";
import { TwoFactorError } from "../errors.ts";
import { wrongCredentials } from "../odoo-errors.ts";
import type { TransportOptions } from "./transport.ts";

/**
 * Remote calls answer a right password with two-factor on exactly as a wrong one (`false`, recorded on 17, 18 and 19);
 * only the session login tells them apart: `{"uid": null}` means "right, now the code". Asked once, after a refusal,
 * because each failure counts for Odoo's cool-down.
 */
export async function refusedLogin(options: TransportOptions): Promise<VigilClientError> {
  const { http, database, login, secret } = options;
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "call",
    params: { db: database, login, password: secret },
  });
  const answer = await http.send({
    path: "/web/session/authenticate",
    headers: { "content-type": "application/json" },
    body,
  });
  let result: unknown;
  try {
    result = (JSON.parse(answer.text) as { result?: unknown }).result;
  } catch {
    return wrongCredentials(options); // the session login says nothing useful: the first refusal stands
  }
  if (typeof result === "object" && result !== null && "uid" in result && result.uid === null) {
    return new TwoFactorError(
      `The user "${login}" has two-factor authentication on, so Odoo takes no password from programs: give an API key.`,
    );
  }
  return wrongCredentials(options);
}
