import type { Change, OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Json, JsonObject } from "../../odoo_addon_client/protocol.ts";
import { microseconds } from "../chain/record.ts";
import type { StagedEntry } from "../store/audit-rows.ts";
import type { Row } from "../store/database.ts";
import { ACTIONS, type Action } from "./actions.ts";
import type { Actor, AuditEntry, FieldChange } from "./entry.ts";
import { shorten } from "./write.ts";

/*
 * An entry as an event of the chain and back. People and things have uuids here, where Odoo has numbers: they stand
 * in `details` with whatever else has no column of its own.
 */

/** An entry of the log as the API and the command line show it. */
export interface AuditLog {
  id: string;
  seq: number;
  timestamp: string;
  action: string;
  actor: Actor;
  resource?: { type: string; id?: string; name?: string };
  success: boolean;
  reason?: string;
  method?: string;
  ip?: string;
  user_agent?: string;
  owner_only?: true;
  details?: JsonObject;
  changes?: { field: string; before?: Json; after?: Json; redacted?: true }[];
  hash: string;
}

const WAYS: Record<Actor["type"], string> = { person: "http", api_key: "http", system: "system", os_user: "cli" };

export function toEvent(staged: StagedEntry): OdooEvent {
  const entry = JSON.parse(staged.entry) as Omit<AuditEntry, "organisation_id" | "at">;
  const { actor } = entry;
  const { sign_in_id, ...who } = pick(actor, ["type", "id", "name", "email", "created_by", "sign_in_id"]);
  return {
    source_id: `audit:${staged.id}`,
    occurred_at: staged.occurred_at,
    kind: entry.action,
    ...kindOf(entry.action),
    ...defined("severity", entry.severity),
    ...defined("model", entry.resource_type),
    ...defined("record_name", entry.resource_name),
    user: null,
    origin: { type: WAYS[actor.type] },
    ...defined("session", sign_in_id as string | undefined),
    ...defined("ip", entry.ip),
    ...defined("user_agent", shorten(entry.user_agent)),
    ...defined("request_id", entry.request_id),
    transaction: staged.id,
    changes: (entry.changes ?? []).map(toChange),
    details: {
      actor: who,
      success: entry.success ?? true,
      ...defined("resource_id", entry.resource_id),
      ...defined("reason", entry.reason),
      ...defined("method", entry.method),
      ...(entry.owner_only ? { owner_only: true } : {}),
      ...(entry.details === undefined ? {} : { data: entry.details }),
    },
  };
}

/** Findings are named by their rules, and of a newer Vigil's actions an older one knows nothing. */
function kindOf(action: string): Pick<OdooEvent, "category" | "severity"> {
  if (Object.hasOwn(ACTIONS, action)) {
    const { category, severity } = ACTIONS[action as Action];
    return { category, severity };
  }
  return { category: action.startsWith("security.") ? "security" : "admin", severity: "low" };
}

function toChange({ field, before, after, secret }: FieldChange): Change {
  const head = { field, label: field, type: "text" };
  if (secret) return { ...head, redacted: true };
  return { ...head, ...defined("before", before as Json), ...defined("after", after as Json) };
}

export function toLog(row: Row): AuditLog {
  const details = JSON.parse(row.details as string) as {
    actor: Actor;
    success: boolean;
    resource_id?: string;
    reason?: string;
    method?: string;
    owner_only?: true;
    data?: JsonObject;
  };
  const changes = (JSON.parse(row.changes as string) as Change[]).map(({ label: _l, type: _t, ...rest }) => rest);
  const text = (key: string): string | undefined => (row[key] as string | null) ?? undefined;
  return {
    id: (row.source_id as string).slice("audit:".length),
    seq: Number(row.seq),
    timestamp: microseconds(row.occurred_at as string).replace(/\d{3}Z$/, "Z"),
    action: row.kind as string,
    actor: details.actor,
    ...(row.model === null
      ? {}
      : {
          resource: {
            type: row.model as string,
            ...defined("id", details.resource_id),
            ...defined("name", text("record_name")),
          },
        }),
    success: details.success,
    ...defined("reason", details.reason),
    ...defined("method", details.method),
    ...defined("ip", text("ip")),
    ...defined("user_agent", text("user_agent")),
    ...defined("owner_only", details.owner_only),
    ...defined("details", details.data),
    ...(changes.length === 0 ? {} : { changes }),
    hash: (row.hash as Buffer).toString("hex"),
  };
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function pick(value: object, keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key, v]) => keys.includes(key) && v !== undefined));
}
