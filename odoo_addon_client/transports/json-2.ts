import { WrongDatabaseError } from "../errors.ts";
import { refusalToError } from "../odoo-errors.ts";
import type { JsonObject } from "../protocol.ts";
import { notText, type Transport, type TransportOptions, truncated, unreadable } from "./transport.ts";

/** `POST /json/2/vigil.bridge/<method>` of Odoo 19: a bearer key, named arguments, real status codes, no login. */
export class Json2 implements Transport {
  readonly name = "json-2" as const;
  private readonly options: TransportOptions;

  constructor(options: TransportOptions) {
    this.options = options;
  }

  async call(method: string, payload: JsonObject): Promise<string> {
    const { http, url, database, secret } = this.options;
    const answer = await http.send({
      path: `/json/2/vigil.bridge/${method}`,
      headers: { "content-type": "application/json", authorization: `bearer ${secret}`, "x-odoo-database": database },
      body: JSON.stringify({ request: payload }),
    });
    if (!answer.content_type.includes("json")) {
      // Recorded: an unknown X-Odoo-Database is a 404 page that says so in HTML.
      if (answer.status === 404 && answer.text.includes("No database is selected")) {
        throw new WrongDatabaseError(`There is no database "${database}" at ${url}: check the name with --db.`);
      }
      throw unreadable(answer.status, url);
    }
    let value: unknown;
    try {
      value = JSON.parse(answer.text);
    } catch (error) {
      throw truncated(url, error);
    }
    if (answer.status >= 400) {
      const { name, message } = (value ?? {}) as { name?: string; message?: string };
      throw refusalToError({ name: name ?? `http.${answer.status}`, message: message ?? "" }, this.options);
    }
    if (typeof value !== "string") throw notText(url);
    return value;
  }
}
