import { Readable } from "node:stream";
import CustomType from "xmlrpc/lib/customtype.js";
import Deserializer from "xmlrpc/lib/deserializer.js";
import serializer from "xmlrpc/lib/serializer.js";
import type { VigilClientError } from "../errors.ts";
import { lastLine, refusalToError } from "../odoo-errors.ts";
import { ExecuteKw } from "./execute-kw.ts";
import { oneString } from "./one-string.ts";
import { truncated, unreadable } from "./transport.ts";

/** Odoo's fault codes (odoo/addons/base/controllers/rpc.py); 1 is "anything else", with a traceback as its text. */
const FAULT_NAMES: Record<string, string> = {
  "2": "odoo.exceptions.UserError",
  "3": "odoo.exceptions.AccessDenied",
  "4": "odoo.exceptions.AccessError",
};

/** `/xmlrpc/2`, for servers whose proxy lets nothing else through. Results are one string, so XML-RPC's own types hardly matter. */
export class XmlRpc extends ExecuteKw {
  readonly name = "xml-rpc" as const;

  protected execute(args: unknown[]): Promise<unknown> {
    return this.request("/xmlrpc/2/object", "execute_kw", args);
  }

  protected authenticate(args: unknown[]): Promise<unknown> {
    return this.request("/xmlrpc/2/common", "authenticate", [...args, {}]);
  }

  private async request(path: string, method: string, params: unknown[]): Promise<unknown> {
    const { http, url } = this.options;
    const body = serializer.serializeMethodCall(method, params.map(escaped));
    const answer = await http.send({ path, headers: { "content-type": "text/xml" }, body });
    if (!answer.content_type.includes("xml")) throw unreadable(answer.status, url);
    const text = oneString(answer.text);
    if (text !== undefined) return text;
    return new Promise((resolve, reject) => {
      const source = Readable.from([answer.text], { objectMode: false });
      new Deserializer().deserializeMethodResponse(source, (error, value) => {
        if (error === null || error === undefined) resolve(integer(value));
        else if ("faultCode" in error)
          reject(this.fault(error as Error & { faultCode: unknown; faultString?: unknown }));
        else reject(truncated(url, error));
      });
    });
  }

  private fault(fault: { faultCode: unknown; faultString?: unknown }): VigilClientError {
    const text = String(fault.faultString ?? "");
    const name = FAULT_NAMES[String(fault.faultCode)] ?? /^([\w.]+):/.exec(lastLine(text))?.[1] ?? "unknown";
    return refusalToError({ name, message: text }, this.options);
  }
}

/** The library hands an i8 over as text; a user id is the only number we ever read. */
function integer(value: unknown): unknown {
  return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

class Text extends CustomType {
  override tagName = "string";
}

/** The library puts text with "<" or "&" into a CDATA section and breaks it at the second "]]>": escaped text is safe. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return new Text(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}
