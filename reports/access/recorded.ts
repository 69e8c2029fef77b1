import type { JsonObject } from "../../odoo_addon_client/protocol.ts";

/** Kind of the event in which an Odoo tells who has which right; the addon sends it when it is installed, and weekly. */
export const ACCESS_RECORDED = "access.recorded";

export interface RecordedUser {
  id: number;
  login: string;
  name: string;
  active: boolean;
  groups: number[];
}
export interface RecordedGroup {
  id: number;
  name: string;
  external_id: string;
  implies: number[];
}
/** What a group allows with a model's records; no group: everybody. Letters of r, c, w, d. */
export interface RecordedRight {
  model: string;
  group: number | null;
  may: string;
}
export interface RecordedAccess {
  users: RecordedUser[];
  groups: RecordedGroup[];
  rights: RecordedRight[];
}

/** The event's details as objects; what is not in form is left out. */
export function recordedAccess(details: JsonObject | undefined): RecordedAccess {
  const rows = (key: string): unknown[][] => {
    const value = details?.[key];
    return Array.isArray(value) ? (value.filter(Array.isArray) as unknown[][]) : [];
  };
  const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);
  return {
    users: rows("users").map(([id, login, name, active, groups]) => ({
      id: Number(id),
      login: String(login),
      name: String(name),
      active: active === true,
      groups: numbers(groups),
    })),
    groups: rows("groups").map(([id, name, external_id, implies]) => ({
      id: Number(id),
      name: String(name),
      external_id: String(external_id ?? ""),
      implies: numbers(implies),
    })),
    rights: rows("rights").map(([model, group, may]) => ({
      model: String(model),
      group: typeof group === "number" ? group : null,
      may: String(may),
    })),
  };
}

/** "12 users, 48 groups, 900 rights": the whole of it would fill a cell. */
export function accessInShort(details: JsonObject | undefined): string {
  const { users, groups, rights } = recordedAccess(details);
  return `${users.length} users, ${groups.length} groups, ${rights.length} rights of groups`;
}
