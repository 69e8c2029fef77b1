import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type {
  Acknowledgement,
  AcknowledgeResult,
  Hello,
  Identity,
  Page,
  Schema,
  WireRow,
} from "../../odoo_addon_client/protocol.ts";

const SCHEMA: Schema = {
  version: "1",
  relations: {
    1: {
      model: "res.partner",
      label: "Contact",
      table: "res_partner",
      name_column: "name",
      columns: {
        name: { field: "name", label: "Name", type: "char" },
        city: { field: "city", label: "City", type: "char" },
      },
      links: {},
    },
  },
};

export type Moment = "pull" | "acknowledge";

/**
 * An Odoo whose outbox is the numbers 1 to `total`, an event each, so that "nothing lost, nothing twice" is counting.
 * `onRequest` is told before each answer is sent: there the tests kill.
 */
export class CountingOdoo {
  readonly total: number;
  readonly #server: Server;
  onRequest: (moment: Moment) => void = () => {};
  /** how far the outbox is filled by now */
  available: number;
  #nonce = "nonce-0";

  constructor(total: number) {
    this.total = total;
    this.available = total;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, "127.0.0.1", ready));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { params } = JSON.parse(body || "{}") as { params?: { method?: string; args?: unknown[] } };
    const result = request.url?.includes("version_info")
      ? { server_version: "17.0", server_version_info: [17, 0, 0, "final", 0, ""] }
      : params?.method === "login"
        ? 2
        : JSON.stringify(this.#bridge(params?.args as [string, number, string, string, string, [object]]));
    if (response.destroyed) return;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
  }

  #bridge([, , , , method, [payload]]: [string, number, string, string, string, [object]]): object {
    if (method === "pull") return this.#pull(payload as { cursor?: string; limit: number; schema_version?: string });
    if (method === "acknowledge") return this.#acknowledge(payload as Acknowledgement);
    return this.#hello();
  }

  #pull({ cursor = "0", limit, schema_version }: { cursor?: string; limit: number; schema_version?: string }): Page {
    this.onRequest("pull");
    const from = Number(cursor);
    const to = Math.min(from + Math.min(limit, 200), this.available);
    return {
      protocol: 1,
      identity: this.#identity(),
      server_time: new Date().toISOString().replace("Z", "000Z"),
      cursor: String(to),
      more: to < this.available,
      schema_version: "1",
      ...(schema_version === "1" ? {} : { schema: SCHEMA }),
      transactions: {},
      users: {},
      names: {},
      rows: Array.from({ length: to - from }, (_, place) => row(from + place + 1)),
    };
  }

  #acknowledge({ next_nonce }: Acknowledgement): AcknowledgeResult {
    this.onRequest("acknowledge");
    this.#nonce = next_nonce;
    return { nonce: next_nonce, acknowledged_rows: 0, removed_rows: 0 };
  }

  #hello(): Hello {
    return {
      protocol: 1,
      addon_version: "17.0.0.1.0",
      odoo_version: "17.0",
      identity: this.#identity(),
      server_time: new Date().toISOString().replace("Z", "000Z"),
      status: {
        triggers_expected: 1,
        triggers_present: 1,
        gaps: 0,
        outbox_rows: this.total,
        oldest_seconds: 0,
        warnings: [],
      },
    };
  }

  #identity(): Identity {
    return {
      database: "acme",
      database_uuid: "6c1c7a2e-0000-4000-8000-000000000001",
      system_identifier: "7000000000000000001",
      database_oid: 16384,
      nonce: this.#nonce,
      neutralized: false,
    };
  }
}

function row(number: number): WireRow {
  const at = new Date(Date.UTC(2026, 10, 21, 9) + number).toISOString().replace("Z", "000Z");
  return [String(1000 + number), number, 1, number, "c", at, null, { name: `Partner ${number}`, city: "Berlin" }, null];
}
