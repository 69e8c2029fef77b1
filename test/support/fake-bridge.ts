import { randomUUID } from "node:crypto";
import type { Change, OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Acknowledgement, AcknowledgeResult, Hello, Identity, Page } from "../../odoo_addon_client/protocol.ts";
import type { BridgeClient, DecodePage } from "../../service/ingest/client.ts";

/*
 * A bridge in memory with Odoo's side of the contract: pages by cursor, one nonce, quarantine's triggers. Its pages
 * carry ready events in place of rows; `decode` unpacks them.
 */

export const decode: DecodePage = (page) => page.rows as unknown as OdooEvent[];

export class FakeBridge implements BridgeClient {
  events: OdooEvent[] = [];
  acknowledged: Acknowledgement[] = [];
  identity: Identity = {
    database: "acme",
    database_uuid: randomUUID(),
    system_identifier: "7300000000000000001",
    database_oid: 16_384,
    nonce: randomUUID(),
    neutralized: false,
  };
  pulls = 0;
  /** thrown once by the next call of this name */
  failNext: { pull?: Error; acknowledge?: Error; afterAcknowledge?: Error } = {};

  constructor(events: OdooEvent[] = []) {
    this.events = events;
  }

  async hello(): Promise<Hello> {
    throw new Error("not needed here");
  }

  async pull(request: { cursor?: string; limit: number; schema_version?: string }): Promise<Page> {
    this.pulls++;
    const error = this.failNext.pull;
    this.failNext.pull = undefined!;
    if (error !== undefined) throw error;
    const from = Number(request.cursor ?? 0);
    if (from > this.events.length) throw Object.assign(new Error("cursor ahead"), { name: "CursorAheadError" });
    const rows = this.events.slice(from, from + request.limit);
    return {
      protocol: 1,
      identity: { ...this.identity },
      server_time: "2026-11-21T10:00:00.000000Z",
      cursor: String(from + rows.length),
      more: from + rows.length < this.events.length,
      schema_version: "s1",
      ...(request.schema_version === "s1" ? {} : { schema: { version: "s1", relations: {} } }),
      transactions: {},
      users: {},
      names: {},
      rows: rows as unknown as Page["rows"],
    };
  }

  async acknowledge(acknowledgement: Acknowledgement): Promise<AcknowledgeResult> {
    const error = this.failNext.acknowledge;
    this.failNext.acknowledge = undefined!;
    if (error !== undefined) throw error;
    if (acknowledgement.nonce !== this.identity.nonce) throw new Error("nonce unknown");
    this.acknowledged.push(acknowledgement);
    this.identity.nonce = acknowledgement.next_nonce;
    const after = this.failNext.afterAcknowledge;
    this.failNext.afterAcknowledge = undefined!;
    if (after !== undefined) throw after;
    return { nonce: acknowledgement.next_nonce, acknowledged_rows: Number(acknowledgement.cursor), removed_rows: 0 };
  }

  async adopt(request: { as: "restored" | "copy"; nonce: string }): Promise<Hello> {
    this.identity.nonce = request.nonce;
    return { identity: { ...this.identity } } as Hello;
  }
}

/** The n-th of a row of events that differ in everything; the same n gives the same event. */
export function makeEvent(n: number, changes?: Change[]): OdooEvent {
  const person = n % 7 !== 0;
  return {
    source_id: `7300000000000000001:${1000 + n}/12/${n}/u`,
    occurred_at: new Date(Date.UTC(2026, 10, 20) + n * 1000).toISOString().replace("Z", "123Z"),
    kind: "record.updated",
    category: "data",
    severity: "low",
    model: n % 2 === 0 ? "res.partner" : "sale.order",
    model_label: n % 2 === 0 ? "Contact" : "Sales Order",
    record_id: (n % 50) + 1,
    record_name: `Azure "${n}" \\ Großhändler\tÄ`,
    user: person ? { id: 2, login: "admin", name: "Mitchell Admin" } : null,
    ...(n % 11 === 0 ? { as_user: { id: 6, login: "demo", name: "Marc Demo" } } : {}),
    origin: person
      ? { type: "rpc", route: "/web/dataset/call_kw", method: "web_save" }
      : { type: "cron", id: 3, name: "Cleanup" },
    ...(person
      ? {
          session: "ab".repeat(32),
          ip: "127.0.0.1",
          user_agent: "Mozilla/5.0",
          request_id: `r${n}`,
          correlation_id: `r${n}`,
        }
      : {}),
    transaction: `7300000000000000001:${1000 + n}`,
    changes: changes ?? [
      { field: "city", label: "City", type: "char", before: "Fremont", after: `Berlin ${n}\n2nd line` },
      {
        field: "amount",
        label: "Amount",
        type: "monetary",
        before: { amount: "12.50", currency: "EUR" },
        after: { amount: `${n}.10`, currency: "EUR" },
      },
    ],
    ...(n % 13 === 0 ? { details: { count: n, ratio: 1e-7, big: 1e21 } } : {}),
  };
}

export function makeEvents(count: number, from = 1): OdooEvent[] {
  return Array.from({ length: count }, (_, i) => makeEvent(from + i));
}
