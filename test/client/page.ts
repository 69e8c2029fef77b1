import type { Column, JsonObject, Page, Schema, WireRow, WireTransaction } from "../../odoo_addon_client/protocol.ts";

/** One relation "res.partner" (1) with the given columns, and whatever else a test wants of a page. */
export function schemaOf(
  columns: Record<string, Partial<Column>>,
  more: Partial<Schema["relations"][string]> = {},
): Schema {
  const full = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      { field: name, label: `L ${name}`, type: "char", ...column } as Column,
    ]),
  );
  const relation = { model: "res.partner", label: "Contact", table: "res_partner", columns: full, links: {}, ...more };
  return { version: "1", relations: { "1": relation } };
}

export function pageOf(rows: WireRow[], more: Partial<Page> = {}): Page {
  return {
    protocol: 1,
    identity: {
      database: "acme",
      database_uuid: "u",
      system_identifier: "77",
      database_oid: 1,
      nonce: "n",
      neutralized: false,
    },
    server_time: "2026-11-21T09:14:03.120000Z",
    cursor: "c",
    more: false,
    schema_version: "1",
    transactions: { "5": { uid: 2, origin: { type: "rpc" } } as WireTransaction },
    users: { "2": { login: "admin", name: "Mitchell Admin" } },
    names: {},
    rows,
    ...more,
  };
}

export function rowOf(
  op: WireRow[4],
  before: JsonObject | null,
  after: JsonObject | null,
  links: WireRow[8] = null,
): WireRow {
  return ["5", 1, 1, 14, op, "2026-11-21T09:14:03.120000Z", before, after, links];
}
