import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { JsonObject } from "../../odoo_addon_client/protocol.ts";

/* Events of people who log in, fail, are refused and change rights; times in minutes after a fixed morning. */

export const MORNING = Date.UTC(2026, 10, 21, 8);
export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
export const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
/** Addresses whose countries the packaged data knows. */
export const GERMANY = "91.64.1.1";
export const USA = "8.8.8.8";
export const AUSTRALIA = "1.0.0.200";

const IDS: Record<string, number> = { admin: 2, demo: 6, marc: 7, eve: 8 };
let serial = 0;

function event(minutes: number, kind: string, rest: Partial<OdooEvent>): OdooEvent {
  serial++;
  return {
    source_id: `7300000000000000001:${serial}/0/0/e/${serial}`,
    occurred_at: new Date(MORNING + minutes * 60_000).toISOString().replace("Z", "000Z"),
    kind,
    category: "auth",
    severity: "low",
    user: null,
    origin: { type: "http", route: "/web/login" },
    transaction: `7300000000000000001:${serial}`,
    changes: [],
    ...rest,
  };
}

const person = (login: string) => ({ id: IDS[login] ?? 99, login, name: login });

export function login(
  minutes: number,
  who: string,
  at: { ip?: string; agent?: string; details?: JsonObject } = {},
): OdooEvent {
  return event(minutes, "session.login", {
    user: person(who),
    ip: at.ip ?? GERMANY,
    user_agent: at.agent ?? FIREFOX,
    session: `${serial}`.padStart(64, "a"),
    details: { method: "password", interface: "web", ...at.details },
  });
}

export function failed(
  minutes: number,
  tried: string,
  at: { ip?: string; reason?: string; count?: number } = {},
): OdooEvent {
  return event(minutes, "session.login_failed", {
    severity: "medium",
    ip: at.ip ?? GERMANY,
    user_agent: FIREFOX,
    details: {
      login_tried: tried,
      reason: at.reason ?? "wrong_password",
      interface: "web",
      ...(at.count === undefined ? {} : { count: at.count }),
    },
  });
}

export function expired(minutes: number, who: string): OdooEvent {
  return event(minutes, "session.expired", { user: person(who), ip: GERMANY, details: { reason: "inactivity" } });
}

export function denied(minutes: number, who: string): OdooEvent {
  return event(minutes, "operation.denied", { category: "security", user: person(who), ip: GERMANY });
}

export function exported(minutes: number, who: string, count: number): OdooEvent {
  return event(minutes, "record.exported", {
    category: "data",
    model: "res.partner",
    user: person(who),
    details: { count },
  });
}

export function changed(minutes: number, who: string, model: string, field: string, transaction?: string): OdooEvent {
  return event(minutes, "record.updated", {
    category: "admin",
    severity: "high",
    model,
    record_id: 5,
    user: person(who),
    ip: GERMANY,
    origin: { type: "rpc", route: "/web/dataset/call_kw", method: "web_save" },
    changes: [{ field, label: field, type: "char", before: "a", after: "b" }],
    ...(transaction === undefined ? {} : { transaction }),
  });
}
