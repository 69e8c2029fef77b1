import type { OdooEvent } from "../event.ts";
import type { JsonObject, Page, WireTransaction } from "../protocol.ts";
import type { SafeText } from "./safe-text.ts";

/** The part of an event that all events of a transaction share. */
export type Actor = Pick<
  OdooEvent,
  "user" | "as_user" | "origin" | "session" | "ip" | "user_agent" | "request_id" | "correlation_id"
> & { db?: JsonObject };

/** Who did it and from where. Without an attribution row it was SQL that went past Odoo. */
export function decodeActor(page: Page, wire: WireTransaction | undefined, safe: SafeText): Actor {
  if (wire === undefined) return { user: null, origin: { type: "sql" } };
  const actor: Actor = { user: null, origin: { type: "system" } };
  if (typeof wire.uid === "number") actor.user = person(page, wire.uid, safe);
  if (typeof wire.as_uid === "number" && wire.as_uid !== wire.uid) actor.as_user = person(page, wire.as_uid, safe);
  if (wire.origin !== undefined && wire.origin !== null) {
    actor.origin = safe.json(present(wire.origin as unknown as JsonObject)) as unknown as OdooEvent["origin"];
    actor.origin.type ??= "system";
  }
  for (const key of ["session", "ip", "user_agent", "request_id", "correlation_id"] as const) {
    const value = wire[key];
    if (typeof value === "string" && value !== "") actor[key] = safe.text(value);
  }
  if (wire.db !== undefined && wire.db !== null) actor.db = safe.json(present(wire.db as JsonObject)) as JsonObject;
  return actor;
}

/** Puts the optional parts of an actor on an event; `user` and `origin` are there already. */
export function addActor(event: OdooEvent, actor: Actor): void {
  if (actor.as_user !== undefined) event.as_user = actor.as_user;
  if (actor.session !== undefined) event.session = actor.session;
  if (actor.ip !== undefined) event.ip = actor.ip;
  if (actor.user_agent !== undefined) event.user_agent = actor.user_agent;
  if (actor.request_id !== undefined) event.request_id = actor.request_id;
  if (actor.correlation_id !== undefined) event.correlation_id = actor.correlation_id;
  if (actor.db !== undefined) event.details = { db: actor.db };
}

function person(page: Page, uid: number, safe: SafeText): { id: number; login: string; name: string } {
  const user = page.users[uid];
  // A user deleted meanwhile: the number is still true.
  return { id: uid, login: safe.login(user?.login ?? ""), name: safe.text(user?.name ?? "") };
}

/** A missing value is absent, never null. */
export function present(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}
