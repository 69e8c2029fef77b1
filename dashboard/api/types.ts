import type { OdooEvent } from "../../odoo_addon_client/event.ts";

export type { Category, Change, Severity } from "../../odoo_addon_client/event.ts";

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
export type Permission = string;
export interface Organisation {
  id: string;
  name: string;
  role: string;
  permissions: Permission[];
}
export interface Me {
  person: { id: string; name: string; email: string; totp_enabled: boolean; passkeys: number };
  organisations: Organisation[];
  organisation_id: string;
  csrf_token: string;
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
