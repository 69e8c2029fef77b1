import { BadAnswerError } from "../errors.ts";
import type { Http } from "../http.ts";
import type { Place } from "../odoo-errors.ts";
import type { JsonObject } from "../protocol.ts";

export type TransportName = "json-rpc" | "xml-rpc" | "json-2";

export interface TransportOptions extends Place {
  http: Http;
  secret: string;
}

/** One way to call a method of `vigil.bridge`: one JSON object in, the addon's JSON text out. */
export interface Transport {
  readonly name: TransportName;
  call(method: string, payload: JsonObject): Promise<string>;
}

/** A proxy's page, or Odoo's own error page outside of the protocol. */
export function unreadable(status: number, url: string): BadAnswerError {
  const host = new URL(url).host;
  if (status >= 502 && status <= 504) {
    return new BadAnswerError(`The proxy before ${host} answered ${status}: Odoo behind it is down or overloaded.`);
  }
  return new BadAnswerError(
    `${host} answered ${status} with something that is not Odoo's protocol: check the address.`,
    {
      retryable: status >= 500 || status === 429,
    },
  );
}
export function truncated(url: string, cause: unknown): BadAnswerError {
  // The parser's message may quote the body: only its class is kept.
  const reason = cause instanceof Error ? new Error(cause.name) : undefined;
  return new BadAnswerError(`The answer from ${new URL(url).host} was cut off or damaged: try again.`, {
    cause: reason,
  });
}
export function notText(url: string): BadAnswerError {
  return new BadAnswerError(
    `${new URL(url).host} answered with a value that the Vigil addon never gives: check its version.`,
    {
      retryable: false,
    },
  );
}
