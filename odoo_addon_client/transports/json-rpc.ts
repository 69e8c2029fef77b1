import { JSONRPCClient, JSONRPCErrorException, type JSONRPCRequest, type JSONRPCResponse } from "json-rpc-2.0";
import { refusalToError } from "../odoo-errors.ts";
import { ExecuteKw } from "./execute-kw.ts";
import { truncated, unreadable } from "./transport.ts";

/** `/jsonrpc`, in 17, 18 and 19: a login for the user id, then `execute_kw` with the secret in every call. */
export class JsonRpc extends ExecuteKw {
  readonly name = "json-rpc" as const;

  protected execute(args: unknown[]): Promise<unknown> {
    return this.request("object", "execute_kw", args);
  }

  protected authenticate(args: unknown[]): Promise<unknown> {
    return this.request("common", "login", args);
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
