import type { OdooEvent, Severity } from "../../odoo_addon_client/event.ts";
import type { Role } from "../../service/api/contract/roles.ts";

export type { Category, Change, Severity } from "../../odoo_addon_client/event.ts";
export type { ApiKey } from "../../service/api/contract/api-keys.ts";
export type { AuditLogEntry } from "../../service/api/contract/audit-logs.ts";
export type { Link as OneTimeLink, Me } from "../../service/api/contract/auth.ts";
export type { Member } from "../../service/api/contract/members.ts";
export type { Organisation } from "../../service/api/contract/organisation.ts";
export type { Role } from "../../service/api/contract/roles.ts";

export type Permission = Role["permissions"][number];
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: { path?: string; message: string }[];
}
export interface List<T> {
  items: T[];
  next_cursor?: string;
  total?: number;
}
export interface TrailEvent extends OdooEvent {
  instance: string;
  seq: number;
  received_at: string;
  hash: string;
}
export interface Instance {
  id: string;
  name: string;
  url: string;
  db: string;
  login: string;
  insecure: boolean;
  state: "active" | "quarantined" | "removed";
  state_reason?: string;
  health: "ok" | "warning" | "failing" | "quarantined" | "waiting";
  warnings: string[];
  last_error?: string;
  lag_seconds?: number;
  odoo_version?: string;
  addon_version?: string;
  head_seq: number;
  sealed_seq: number;
  acknowledged_seq: number;
  last_pull_at?: string;
  created_at: string;
}

/* Not yet in the service's contract: these become imports as they land. */
export interface CheckResult {
  ok: boolean;
  steps: { step: string; status: "ok" | "failed" | "warning" | "skipped"; message?: string }[];
}
export interface VerifyResult {
  status: "intact" | "pruned" | "broken";
  broken_at?: number;
  reason?: string;
  cell?: string;
  events: number;
  segments: number;
  pruned: number;
  unsealed: number;
}
export interface Checkpoint {
  number: number;
  first_seq: number;
  last_seq: number;
  sealed_at: string;
  hash: string;
  signature: string;
  purged: boolean;
}
export interface DayCount {
  day: string;
  created: number;
  updated: number;
  deleted: number;
  other: number;
}
export interface Activity {
  days: DayCount[];
  users: { login: string; name: string; count: number }[];
  models: { model: string; label: string; count: number }[];
  kinds: { kind: string; count: number }[];
}
export interface Overview {
  events_today: number;
  live_sessions?: number;
  days: DayCount[];
}
export interface RecordState {
  deleted?: boolean;
  fields: { field: string; label: string; type?: string; value: unknown }[];
}
export interface RecordHistory extends List<TrailEvent> {
  state?: RecordState;
}
export interface Finding {
  id: string;
  instance: string;
  kind: string;
  severity: Severity;
  occurred_at: string;
  user?: string;
  ip?: string;
  summary: string;
  details?: Record<string, unknown>;
  evidence: number[];
}
export interface Place {
  ip?: string;
  country_code?: string;
  country?: string;
  city?: string;
  asn?: number;
  as_name?: string;
}
export interface Device {
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  device_type: string;
}
export interface OdooSession {
  instance: string;
  session: string;
  user: { id?: number; login: string; name: string };
  live: boolean;
  method?: string;
  interface?: string;
  started_at: string;
  last_activity_at?: string;
  ended_at?: string;
  end_reason?: string;
  duration_s: number;
  active_s: number;
  idle_s: number;
  precision_s: number;
  device: Device;
  place: Place;
  user_agent?: string;
  stale?: true;
}
export interface Login {
  instance: string;
  seq: number;
  occurred_at: string;
  outcome: "success" | "failed";
  user: { id: number; login: string; name: string } | null;
  login_tried?: string;
  reason?: string;
  method?: string;
  interface?: string;
  session?: string;
  ip?: string;
  place: Place;
  device: Device;
  user_agent?: string;
  first_seen?: { device: boolean; country: boolean };
}
export interface OdooUser {
  id?: number;
  login: string;
  name: string;
  events: number;
  last_seen_at?: string;
}
export interface SessionPolicy {
  inactivity_minutes: number | null;
  by_group: { group: string; minutes: number }[];
  by_user: { login: string; minutes: number | null }[];
  warning_seconds: number;
  max_sessions: number | null;
  max_sessions_mode: "newest_wins" | "oldest_stays";
  absolute_hours: number | null;
  allowed_hours: { days: number[]; from: string; to: string; tz: string }[];
  allowed_networks: string[];
  exempt: string[];
  notices: { expired: boolean; new_location: boolean };
}
export interface PolicyAnswer {
  policy: SessionPolicy;
  version: number;
  changed_at?: string;
  changed_by?: string;
}
export interface Retention {
  policies: { days: number; kind?: string; category?: string; model?: string }[];
  holds: { id: string; reason: string; by?: string; since?: string }[];
}
export interface Report {
  id: string;
  name: string;
  title?: string;
  from: string;
  to: string;
  created_at: string;
  status: string;
  progress?: number;
  error?: string;
  size_bytes?: number;
}
export interface ReportKinds {
  items: { name: string; title: string; description?: string }[];
  themes?: string[];
}
export interface ReportSchedule {
  id: string;
  name: string;
  report?: { name: string };
  cron: string;
  cron_text?: string;
  timezone?: string;
  next_run_at?: string;
  last_run_at?: string;
  enabled?: boolean;
}
