import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import { type Places, parseDevice } from "../places/index.ts";
import type { SightingRow } from "../store/finding-rows.ts";
import { asOdoos, OWN_KINDS } from "./own-log.ts";
import type { Sighting } from "./rule.ts";

/** Kinds of events that some rule looks at. */
export const KINDS = [
  "session.login",
  "session.login_failed",
  "session.expired",
  "operation.denied",
  "record.read",
  "record.exported",
  ...Object.keys(OWN_KINDS),
];

/** By area: the models through which rights and settings change. */
export const AREAS: Record<string, readonly string[]> = {
  users: ["res.users", "res.users.apikeys", "auth_totp.device", "auth.passkey.key"],
  groups: ["res.groups", "res.groups.privilege"],
  access_rights: ["ir.model.access"],
  record_rules: ["ir.rule"],
  settings: ["ir.config_parameter", "res.config.settings", "ir.mail_server", "auth.oauth.provider"],
  modules: ["ir.module.module"],
  automations: ["ir.actions.server", "base.automation"],
};
export const MODELS = Object.values(AREAS).flat();
const AREA_BY_MODEL = new Map(Object.entries(AREAS).flatMap(([area, models]) => models.map((model) => [model, area])));
export const areaOf = (model: string | undefined): string | undefined => AREA_BY_MODEL.get(model ?? "");

/** What the rules see of a stored event. */
export function toSighting(stored: SightingRow, places: Places): Sighting {
  const row = asOdoos(stored);
  const details = (row.details === null ? {} : JSON.parse(row.details)) as JsonObject;
  const text = (key: string) => (typeof details[key] === "string" ? (details[key] as string) : undefined);
  const count = details.count;
  const tried = text("login_tried")?.trim().toLowerCase().slice(0, 200);
  const reason = text("reason");
  const way = text("interface");
  return {
    seq: row.seq,
    at: Date.parse(row.occurred_at.replace(" ", "T").replace(/\+00$/, "Z")),
    kind: row.kind,
    ...(row.user_id === null || row.user_login === null ? {} : { user: { id: row.user_id, login: row.user_login } }),
    ...(tried ? { tried } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(row.ip === null ? {} : { ip: places.place(row.ip).ip ?? row.ip }),
    place: places.place(row.ip),
    device: parseDevice(row.user_agent ?? undefined),
    ...(way === undefined ? {} : { interface: way }),
    ...(row.model === null ? {} : { model: row.model }),
    transaction: row.transaction,
    origin: row.origin_type,
    fields: row.fields === null ? [] : (JSON.parse(row.fields) as string[]),
    count: typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : 1,
  };
}
