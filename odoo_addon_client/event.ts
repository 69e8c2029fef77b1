import type { Json, JsonObject } from "./protocol.ts";

/**
 * One decoded event: what a person reads, what the chain commits to. A missing value is absent, never null
 * (except `user`, which is null when nobody acted). Values by type are DECISIONS' shapes:
 * selection {key,label}; many2one {id,name}; monetary {amount:"12.50",currency}; binary {size_bytes,sha256}.
 */
export interface OdooEvent {
  /** stable within an instance: `cluster:xid/relation/record/op`; finds doubles after a restore */
  source_id: string;
  /** ISO 8601 UTC with microseconds */
  occurred_at: string;
  kind: string;
  category: Category;
  severity: Severity;
  model?: string;
  model_label?: string;
  record_id?: number;
  record_name?: string;
  user: { id: number; login: string; name: string } | null;
  as_user?: { id: number; login: string; name: string };
  origin: { type: string; route?: string; method?: string; model?: string; id?: number; name?: string };
  session?: string;
  ip?: string;
  user_agent?: string;
  request_id?: string;
  correlation_id?: string;
  transaction: string;
  changes: Change[];
  details?: JsonObject;
}
export interface Change {
  field: string;
  label: string;
  type: string;
  lang?: string;
  company?: { id: number; name?: string };
  before?: Json;
  after?: Json;
  added?: { id: number; name?: string }[];
  removed?: { id: number; name?: string }[];
  redacted?: true;
}
/** The seed's five, and `data` for changes of business records. */
export type Category = "auth" | "security" | "admin" | "comms" | "system" | "data";
export type Severity = "critical" | "high" | "medium" | "low";
