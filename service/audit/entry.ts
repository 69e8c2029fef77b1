import type { Severity } from "../../odoo_addon_client/event.ts";
import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import type { Action } from "./actions.ts";

/** Who did it; a Principal is one. Defined by shape, so that this room needs nothing of accounts. */
export interface Actor {
  readonly type: "person" | "api_key" | "system" | "os_user";
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  /** who made the API key */
  readonly created_by?: string;
  readonly sign_in_id?: string;
}

/** Automation: what Vigil does by itself (C11). */
export const SYSTEM: Actor = { type: "system", id: "system", name: "system" };

/** What the command line does, as the operating system's user. */
export function osUser(name: string): Actor {
  return { type: "os_user", id: `os:${name}`, name };
}

export interface FieldChange {
  field: string;
  before?: unknown;
  after?: unknown;
  /** a secret: that it changed is all that is written */
  secret?: true;
}

export interface AuditEntry {
  action: Action;
  actor: Actor;
  organisation_id: string;
  resource_type?: string | undefined;
  resource_id?: string | undefined;
  resource_name?: string | undefined;
  /** default true */
  success?: boolean | undefined;
  /** why it failed */
  reason?: string | undefined;
  ip?: string | undefined;
  user_agent?: string | undefined;
  /** how somebody proved who they are, or by which way it came: password, totp, passkey, api_key, cli */
  method?: string | undefined;
  details?: JsonObject | undefined;
  changes?: FieldChange[] | undefined;
  owner_only?: boolean | undefined;
  /** default: the action's own */
  severity?: Severity | undefined;
  request_id?: string | undefined;
  /** default: now */
  at?: Date | undefined;
}
