import { JSONRPCClient, JSONRPCErrorException, type JSONRPCRequest, type JSONRPCResponse } from "json-rpc-2.0";
import { refusalToError } from "../odoo-errors.ts";
import type { JsonObject } from "../protocol.ts";
import { notText, type Transport, type TransportOptions, truncated, unreadable } from "./transport.ts";
import { refusedLogin } from "./two-factor.ts";

/** `/jsonrpc`, in 17, 18 and 19: a login for the user id, then `execute_kw` with the secret in every call. */
export class JsonRpc implements Transport {
  readonly name = "json-rpc" as const;
  private readonly options: TransportOptions;
  private uid: number | undefined;

  constructor(options: TransportOptions) {
    this.options = options;
  }

  async call(method: string, payload: JsonObject): Promise<string> {
    const { database, secret, url } = this.options;
    this.uid ??= await this.login();
    const args = [database, this.uid, secret, "vigil.bridge", method, [payload]];
    const result = await this.request("object", "execute_kw", args);
    if (typeof result !== "string") throw notText(url);
    return result;
  }

  private async login(): Promise<number> {
    const { database, login, secret } = this.options;
    const uid = await this.request("common", "login", [database, login, secret]);
    if (typeof uid !== "number") throw await refusedLogin(this.options);
    return uid;
  }

  /**
   * A client object a call: the library finds the caller by id, and an error with `id: null` would never find it, so
   * the id is put right before the answer is handed over (there is only one caller it can mean). It also turns what
   * its sender throws into an answer of its own making: the real failure is kept beside it.
   */
  private async request(service: string, method: string, args: unknown[]): Promise<unknown> {
    let failure: unknown;
    const client = new JSONRPCClient(async (payload) => {
      try {
        client.receive({ ...(await this.send(payload)), jsonrpc: "2.0", id: payload.id } as JSONRPCResponse);
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    try {
      return await client.request("call", { service, method, args });
    } catch (error) {
      if (failure !== undefined) throw failure;
      if (!(error instanceof JSONRPCErrorException)) throw error;
      const data = (error.data ?? {}) as { name?: string; message?: string };
      throw refusalToError({ name: data.name ?? "unknown", message: data.message ?? error.message }, this.options);
    }
  }

  private async send(payload: JSONRPCRequest): Promise<object> {
    const { http, url } = this.options;
    const body = JSON.stringify(payload);
    const answer = await http.send({ path: "/jsonrpc", headers: { "content-type": "application/json" }, body });
    if (!answer.content_type.includes("json")) throw unreadable(answer.status, url);
    let response: unknown;
    try {
      response = JSON.parse(answer.text);
    } catch (error) {
      throw truncated(url, error);
    }
    if (typeof response === "object" && response !== null && ("result" in response || "error" in response)) {
      return response;
    }
    throw unreadable(answer.status, url);
  }
}
