import type { SimTransaction } from "../../fixtures/odoo-simulator/types.ts";

/** A transaction that renames the newest customer whom Odoo knows. */
export function rename(before: string, after: string): SimTransaction {
  return {
    at: new Date().toISOString(),
    by: {
      uid: 2,
      ip: "192.0.2.10",
      origin: { type: "rpc", route: "/web/dataset/call_kw", model: "res.partner", method: "web_save" },
    },
    rows: [{ model: "res.partner", record_id: 4_711, op: "u", before: { name: before }, after: { name: after } }],
    names: { "res.partner": { 4711: after } },
  };
}

/** Somebody signs in to Odoo. */
export function signIn(digits = "5e"): SimTransaction {
  const session = digits.repeat(32);
  const payload = {
    kind: "session.login",
    details: { method: "password", session, interface: "web", known_device: true },
  };
  return {
    at: new Date().toISOString(),
    by: {
      uid: 13,
      ip: "192.0.2.77",
      session,
      user_agent: "Mozilla/5.0",
      origin: { type: "http", route: "/web/login" },
    },
    rows: [{ model: "", record_id: 0, op: "e", after: payload }],
    users: { 13: { login: "lena.hartmann", name: "Lena Hartmann" } },
  };
}
