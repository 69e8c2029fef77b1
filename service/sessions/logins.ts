import {
  type Device,
  describeDevice,
  describePlace,
  deviceFingerprint,
  type Place,
  type Places,
  parseDevice,
} from "../places/index.ts";
import { readFamiliar } from "../store/finding-rows.ts";
import { readLogins } from "../store/login-rows.ts";
import type { Store, StoredEvent } from "../store/types.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { findByNameOrId } from "./instance.ts";
import { MOST, present } from "./list.ts";

/** One login or attempt, with what its user agent and address tell. */
export interface Login {
  instance: string;
  seq: number;
  occurred_at: string;
  outcome: "success" | "failed";
  user: { id: number; login: string; name: string } | null;
  /** what was typed as login, when it failed */
  login_tried?: string;
  reason?: string;
  method?: string;
  interface?: string;
  session?: string;
  ip?: string;
  place: Omit<Place, "scope">;
  device: Device;
  user_agent?: string;
  /** the first login of this user with it; absent while that is not known (failed, or not looked at yet) */
  first_seen?: { device: boolean; country: boolean };
}

export interface LoginQuery {
  instance?: string | undefined;
  failed?: boolean | undefined;
  user?: string | undefined;
  ip?: string | undefined;
  session?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit?: number | undefined;
  /** for the first 10,000; behind them the cursor */
  offset?: number | undefined;
  cursor?: string | undefined;
}

/** Logins, newest first: the IP log. Throws InstanceUnknownError, SessionError for a cursor of another list. */
export async function listLogins(
  store: Store,
  query: LoginQuery,
  places: Places,
): Promise<{ items: Login[]; next_cursor?: string }> {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50), 1), MOST);
  const { instance, cursor, ...filter } = query;
  const rows = await readLogins(store.database, store.organisationId, {
    ...filter,
    instanceId: instance === undefined ? undefined : (await findByNameOrId(store, instance)).id,
    limit: limit + 1,
    after: readCursor(cursor, { occurred_at: "time", seq: "number", instance_id: "text" }),
  });
  const page = rows.slice(0, limit);
  const known = await readFamiliar(
    store.database,
    page.map(({ instance_id, event }) => ({ instance_id, login: event.user?.login ?? "" })),
  );
  const items = page.map(({ instance_id, event }) =>
    toLogin(event, places, known(instance_id, event.user?.login ?? "")),
  );
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  const { occurred_at, seq } = last.event;
  return { items, next_cursor: writeCursor({ occurred_at, seq, instance_id: last.instance_id }) };
}

/** What the findings remember of a user: by device and by country, the seq of the first login with it. */
export interface Familiar {
  seq: number;
  devices: Record<string, number>;
  countries: Record<string, number>;
}

export function toLogin(event: StoredEvent, places: Places, familiar?: Familiar): Login {
  const details = (event.details ?? {}) as Record<string, unknown>;
  const text = (key: string) => (typeof details[key] === "string" ? (details[key] as string) : undefined);
  const { scope: _scope, ...place } = places.place(event.ip);
  const device = parseDevice(event.user_agent);
  const failed = event.kind === "session.login_failed";
  // what came after the findings looked last is neither first nor known yet
  const looked = !failed && familiar !== undefined && familiar.seq >= event.seq;
  return present({
    instance: event.instance,
    seq: event.seq,
    occurred_at: event.occurred_at,
    outcome: failed ? ("failed" as const) : ("success" as const),
    user: event.user,
    login_tried: text("login_tried"),
    reason: text("reason"),
    method: text("method"),
    interface: text("interface"),
    session: event.session ?? text("session"),
    ip: event.ip,
    place,
    device,
    user_agent: event.user_agent,
    first_seen: looked
      ? {
          device: familiar.devices[deviceFingerprint(device)] === event.seq,
          country: place.country_code !== undefined && familiar.countries[place.country_code] === event.seq,
        }
      : undefined,
  });
}

/** "Firefox 132 on Linux from Berlin, Germany" */
export function describeLogin(login: Pick<Login, "device" | "place">): string {
  return `${describeDevice(login.device)} from ${describePlace(login.place)}`;
}
