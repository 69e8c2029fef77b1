/**
 * Wire protocol 1 between the addon (`odoo_addons/vigil`) and this client.
 *
 * Every method lives on the Odoo model `vigil.bridge`, takes ONE argument (`request` where arguments have names; a JSON object without nulls,
 * so that XML-RPC can carry it) and returns ONE string holding JSON text (so that SQL's JSON passes through Python
 * unparsed and control characters survive XML).
 *
 * Terms
 *   transaction  a PostgreSQL transaction of Odoo's database, `cluster:xid` once decoded
 *   relation     a tracked table; `Schema.relations[id]` says which model it is
 *   row          the NET change of one record in one transaction (netted in SQL by the addon)
 *   cursor       opaque text owned by the addon: previous snapshot, fixed snapshot and place in the page
 */

import type { Json, JsonObject } from "./json.ts";

export const PROTOCOL = 1;

export type { Json, JsonObject };

/** `hello({client, protocols})`: who is there, before anything is stored. Writes nothing. */
export interface Hello {
  protocol: number;
  addon_version: string;
  odoo_version: string; // "17.0"
  identity: Identity;
  server_time: string; // ISO 8601 UTC, microseconds
  status: Status;
}

/** An instance is this tuple; the nonce is rotated by every acknowledge, so a copy or a restore shows itself. */
export interface Identity {
  database: string;
  database_uuid: string; // ir.config_parameter database.uuid
  system_identifier: string; // pg_control_system()
  database_oid: number;
  nonce: string;
  neutralized: boolean;
}

export interface Status {
  triggers_expected: number;
  triggers_present: number;
  gaps: number; // capture errors counted so far
  outbox_rows: number;
  oldest_seconds: number; // age of the oldest row not acknowledged
  consumer?: string; // public key pinned by the first acknowledge, hex
  acknowledged_seq?: number;
  warnings: string[];
}

/** `pull({cursor?, limit, schema_version?})`. Read-only. */
export interface Page {
  protocol: number;
  identity: Identity;
  server_time: string;
  cursor: string; // store it in the same transaction as the rows
  more: boolean; // another page is ready now
  schema_version: string;
  schema?: Schema; // present when the request's schema_version differs
  transactions: Record<string, WireTransaction>; // by xid text; absent xid: raw SQL without attribution
  users: Record<string, WireUser>;
  names: Record<string, Record<string, string>>; // model -> id -> name, read in the page's snapshot
  /** definitions of the properties in the rows, by their technical name; absent from an older addon */
  properties?: Record<string, Property>;
  rows: WireRow[];
}

/** A property as a user defined it; `selection` holds the labels of options and tags. */
export interface Property {
  label: string;
  type: string;
  relation?: string;
  selection?: Record<string, string>;
}

export interface WireUser {
  login: string;
  name: string;
}

/** The attribution row of a transaction. Absent keys are absent. */
export interface WireTransaction {
  uid?: number; // the person of the request, also under sudo()
  as_uid?: number; // when uid acts as another user
  session?: string; // sha256 hex of the session id's first 42 characters
  ip?: string;
  user_agent?: string;
  request_id?: string;
  correlation_id?: string; // request id of the click that set it off; crons and mails inherit it
  origin: { type: OriginType; route?: string; method?: string; model?: string; id?: number; name?: string };
  db?: { session_user: string; application_name: string; address?: string };
}

export type OriginType = "rpc" | "http" | "cron" | "server_action" | "shell" | "install" | "sql" | "system";

/**
 * `[xid, id, relation, record_id, op, at, before, after, links]`
 * - op: "c" created, "u" updated, "d" deleted, "x" created and deleted in one transaction, "e" an event of its own
 *   (then relation is 0 or the model's, and `after` is an EventPayload), "t" table truncated
 * - at: ISO 8601 UTC with microseconds, the clock of the record's last statement
 * - before/after: column -> raw value. Only changed columns for "u"; `null` keys are left out of a create/delete.
 *   numeric columns travel as strings, bytea/image as {"size_bytes","sha256"}, secrets as {"redacted":true},
 *   dates "YYYY-MM-DD", datetimes ISO UTC, jsonb (translated, company-dependent, properties) as objects.
 *   Keys starting with "@" are context, not changes: "@currency_id": 1, "@company_id": 1.
 * - links: many2many field -> {added:[ids], removed:[ids]}
 */
export type WireRow = [
  xid: string,
  id: number,
  relation: number,
  record_id: number,
  op: "c" | "u" | "d" | "x" | "e" | "t",
  at: string,
  before: JsonObject | null,
  after: JsonObject | null,
  links: Record<string, { added: number[]; removed: number[] }> | null,
];

/** Payload of an "e" row: reads, exports, denials, failures, sessions (later), and what the tracking says of itself. */
export interface EventPayload {
  kind: string; // "record.read", "record.exported", "operation.denied", "operation.failed", "tracking.rules_changed", "tracking.gap", …
  category?: string;
  severity?: string;
  model?: string;
  record_id?: number;
  record_ids?: number[];
  details?: JsonObject;
  [key: string]: Json | undefined;
}

export interface Schema {
  version: string;
  relations: Record<string, Relation>;
}

export interface Relation {
  model: string;
  label: string; // the model's description, en_US
  table: string;
  name_column?: string; // column of the display name: names a deleted record from its before-image
  columns: Record<string, Column>;
  links: Record<string, { label: string; relation: string }>; // many2many by field name; relation: the other model
}

export interface Column {
  field: string; // usually the column's own name
  label: string;
  type: FieldType;
  relation?: string; // many2one: the other model
  selection?: Record<string, string>;
  currency?: string; // monetary: column that holds the currency (in the row, or as "@column")
  translate?: boolean; // value is {"en_US": …}
  company_dependent?: boolean; // value is {"1": …}
}

export type FieldType =
  | "char"
  | "text"
  | "html"
  | "integer"
  | "float"
  | "monetary"
  | "boolean"
  | "date"
  | "datetime"
  | "selection"
  | "many2one"
  | "many2one_reference"
  | "reference"
  | "binary"
  | "image"
  | "json"
  | "properties"
  | "properties_definition"
  | "unknown";

/** `acknowledge(...)`: signed by the consumer's Ed25519 key over the canonical JSON of the payload without `signature`. */
export interface Acknowledgement {
  consumer: string; // Ed25519 public key, hex; pinned at first use
  /** when the key was rotated: from the pinned one to `consumer`, each signed by both (docs/chain.md) */
  handovers?: { from: string; to: string; given: string; taken: string }[];
  cursor: string; // everything up to here is sealed
  checkpoint: JsonObject; // the service's newest signed checkpoint: Odoo is its witness
  nonce: string; // the nonce we know
  next_nonce: string; // the nonce from now on (stored by the service as pending before it is sent)
  signature: string; // hex
}
export interface AcknowledgeResult {
  nonce: string;
  acknowledged_rows: number;
  removed_rows: number;
}

/** `tracking_get({})` and `tracking_set({rules, reason?})`. */
export interface TrackingRules {
  models: Record<
    string,
    {
      create?: boolean;
      write?: boolean;
      unlink?: boolean;
      read?: boolean;
      strict?: boolean; // a change that cannot be recorded fails
      fields?: Record<string, boolean>;
    }
  >; // overrides of the default list
  users: { mode: "all" | "only" | "except"; logins: string[] };
  keep_days: number; // what Odoo keeps after acknowledgement
  /** What waits for the service at most (0: no limit), and what happens then; nothing recorded is thrown away. */
  outbox?: { limit_mb: number; limit_days: number; when_full: "keep" | "no_reads" | "no_values" };
}
/** `adopt({as: "restored" | "copy", nonce})`: a new place is accepted; outbox rows are re-stamped; answers a Hello. */

// Sessions, policies and keys (addon 0.2.0): a file of their own.
export type * from "./session-protocol.ts";
