import type { JsonObject } from "../protocol.ts";
import { notText, type Transport, type TransportOptions } from "./transport.ts";
import { refusedLogin } from "./two-factor.ts";

/** What `/jsonrpc` and `/xmlrpc/2` have in common: a login for the user id, then `execute_kw` with the secret in every call. */
export abstract class ExecuteKw implements Transport {
  abstract readonly name: Transport["name"];
  protected readonly options: TransportOptions;
  private uid: number | undefined;

  constructor(options: TransportOptions) {
    this.options = options;
  }

  async call(method: string, payload: JsonObject): Promise<string> {
    const { database, secret, url } = this.options;
    this.uid ??= await this.login();
    const result = await this.execute([database, this.uid, secret, "vigil.bridge", method, [payload]]);
    if (typeof result !== "string") throw notText(url);
    return result;
  }

  private async login(): Promise<number> {
    const { database, login, secret } = this.options;
    const uid = await this.authenticate([database, login, secret]);
    if (typeof uid !== "number") throw await refusedLogin(this.options);
    return uid;
  }

  protected abstract execute(args: unknown[]): Promise<unknown>;
  /** The user id, or `false` when Odoo refuses. */
  protected abstract authenticate(args: unknown[]): Promise<unknown>;
}
