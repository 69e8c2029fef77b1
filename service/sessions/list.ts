import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import { microseconds } from "../chain/record.ts";
import type { Device, DeviceType, Place } from "../places/index.ts";
import { countSessions, type ListedSession, readSessions } from "../store/session-rows.ts";
import type { Store } from "../store/types.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { findByNameOrId } from "./instance.ts";

/** A session of an Odoo user as it was last told. */
export interface Session {
  instance: string;
  /** SHA-256 of the session's id, hex: names it, opens nothing */
  session: string;
  user: { id?: number; login: string; name: string };
  live: boolean;
  method?: string;
  interface?: string;
  started_at: string;
  last_request_at?: string;
  last_activity_at?: string;
  ended_at?: string;
  end_reason?: string;
  ended_by?: JsonObject;
  /** from the start to the last activity */
  duration_s: number;
  active_s: number;
  idle_s: number;
  /** presence is told once a minute: the three above are right to so many seconds */
  precision_s: number;
  device: Device;
  place: Omit<Place, "scope">;
  user_agent?: string;
  /** the instance did not answer for a while: this is the last we know */
  stale?: true;
  synced_at?: string;
}

export interface SessionQuery {
  /** name or id; absent: of all instances */
  instance?: string | undefined;
  user?: string | undefined;
  live?: boolean | undefined;
  ip?: string | undefined;
  /** 1 to 500, default 50 */
  limit?: number | undefined;
  /** with a limit, for the first 10,000; behind them the cursor */
  offset?: number | undefined;
  cursor?: string | undefined;
}

export const PRECISION_S = 60;
export const MOST = 500;
/** Three missed rounds of the slower pace. */
const STALE_MS = 180_000;

/** Sessions, newest first; `total` with every page that no cursor asked for. Throws InstanceUnknownError, SessionError for a cursor of another list. */
export async function listSessions(
  store: Store,
  query: SessionQuery,
): Promise<{ items: Session[]; next_cursor?: string; total?: number }> {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50), 1), MOST);
  const filter = {
    instanceId: query.instance === undefined ? undefined : (await findByNameOrId(store, query.instance)).id,
    user: query.user,
    live: query.live,
    ip: query.ip,
    limit: limit + 1,
    offset: query.offset,
    after: readCursor(query.cursor, { started_at: "time", session: "text" }),
  };
  const rows = await readSessions(store.database, store.organisationId, filter);
  const total =
    query.cursor === undefined ? { total: await countSessions(store.database, store.organisationId, filter) } : {};
  const now = store.clock().getTime();
  const items = rows.slice(0, limit).map((row) => toSession(row, now));
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, ...total };
  return { items, ...total, next_cursor: writeCursor({ started_at: last.started_at, session: last.session }) };
}

function toSession(row: ListedSession, now: number): Session {
  const at = (value: string | null) => (value === null ? undefined : microseconds(value));
  const started_at = microseconds(row.started_at);
  const last = at(row.last_activity_at) ?? at(row.last_request_at);
  const live = row.ended_at === null;
  const synced_at = at(row.synced_at);
  const stale = live && (synced_at === undefined || now - Date.parse(synced_at) > STALE_MS);
  return present({
    instance: row.instance,
    session: row.session,
    user: present({ id: row.user_id ?? undefined, login: row.user_login, name: row.user_name }),
    live,
    method: row.method ?? undefined,
    interface: row.interface ?? undefined,
    started_at,
    last_request_at: at(row.last_request_at),
    last_activity_at: at(row.last_activity_at),
    ended_at: at(row.ended_at),
    end_reason: row.end_reason ?? undefined,
    ended_by: row.ended_by === null ? undefined : (JSON.parse(row.ended_by) as JsonObject),
    // presence is told in the past: what was counted by then may reach farther than the last activity that was told
    duration_s: Math.max(
      0,
      row.active_s + row.idle_s,
      Math.round((Date.parse(last ?? started_at) - Date.parse(started_at)) / 1000),
    ),
    active_s: row.active_s,
    idle_s: row.idle_s,
    precision_s: PRECISION_S,
    device: {
      browser: row.browser ?? "unknown",
      browser_version: row.browser_version ?? "",
      os: row.os ?? "unknown",
      os_version: row.os_version ?? "",
      device_type: (row.device_type ?? "unknown") as DeviceType,
    },
    place: present({
      ip: row.ip ?? undefined,
      country_code: row.country_code ?? undefined,
      country: row.country ?? undefined,
      city: row.city ?? undefined,
      asn: row.asn ?? undefined,
      as_name: row.as_name ?? undefined,
    }),
    user_agent: row.user_agent ?? undefined,
    stale: stale ? (true as const) : undefined,
    synced_at,
  });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A missing value is absent. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Present<T>;
}
