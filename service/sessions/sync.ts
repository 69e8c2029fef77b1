import { SafeText } from "../../odoo_addon_client/decode/safe-text.ts";
import { CursorAheadError } from "../../odoo_addon_client/errors.ts";
import { type Places, parseDevice } from "../places/index.ts";
import { type SessionRow, storeSessions } from "../store/session-rows.ts";
import type { Store } from "../store/types.ts";
import type { SessionsClient, WireSession } from "./client.ts";

/** Sessions of one answer; the addon may send fewer. */
export const PAGE = 1_000;
const LONGEST_TEXT = 2_000;

export interface SyncResult {
  sessions: number;
  calls: number;
}

/**
 * Brings what we know of an instance's sessions up to date: one call when at most a page of them changed since the last
 * round, however many live. Each page is stored together with its cursor; repeating one changes nothing.
 */
export async function syncSessions(
  store: Store,
  instanceId: string,
  options: { client: SessionsClient; places: Places; cursor: string | null | undefined; signal?: AbortSignal },
): Promise<SyncResult> {
  const { client, places } = options;
  let cursor = options.cursor ?? undefined;
  const result: SyncResult = { sessions: 0, calls: 0 };
  for (let more = true; more && !options.signal?.aborted; ) {
    const asked = store.clock().getTime();
    const page = await client
      .sessions({ ...(cursor === undefined ? {} : { since: cursor }), limit: PAGE })
      .catch((error) => {
        // restored from a backup: its counters went back, and so do we
        if (error instanceof CursorAheadError && cursor !== undefined) return undefined;
        throw error;
      });
    result.calls++;
    if (page === undefined) {
      cursor = undefined;
      continue;
    }
    const answered = store.clock().getTime();
    const clock_ahead_s = (Date.parse(page.server_time) - (asked + answered) / 2) / 1000;
    const sessions = uniqueBySession(page.sessions.map((session) => toRow(session, places)));
    await storeSessions(store, instanceId, {
      sessions,
      cursor: page.cursor,
      clock_ahead_s: Number.isFinite(clock_ahead_s) ? Math.round(clock_ahead_s * 10) / 10 : 0,
    });
    result.sessions += sessions.length;
    // a page that says "more" and does not move would be read forever
    more = page.more && page.cursor !== cursor;
    cursor = page.cursor;
  }
  return result;
}

/** A session may change twice within a page; an upsert takes each row once, and the later telling is the true one. */
function uniqueBySession(rows: SessionRow[]): SessionRow[] {
  return [...new Map(rows.map((row) => [row.session, row])).values()];
}

/** Exported for the tests: whatever Odoo sends becomes a row that PostgreSQL takes. */
export function toRow(wire: WireSession, places: Places): SessionRow {
  const device = parseDevice(wire.user_agent);
  const place = places.place(wire.ip);
  const started_at = time(wire.started_at) ?? new Date(0).toISOString();
  return {
    session: text(wire.session) ?? "",
    user_id: Number.isSafeInteger(wire.user?.id) ? wire.user.id : null,
    user_login: new SafeText().login(text(wire.user?.login) ?? ""),
    user_name: text(wire.user?.name) ?? "",
    method: text(wire.method),
    interface: text(wire.interface),
    started_at,
    last_request_at: time(wire.last_request_at),
    last_activity_at: time(wire.last_activity_at),
    active_s: seconds(wire.active_s),
    idle_s: seconds(wire.idle_s),
    ip: place.ip ?? text(wire.ip),
    user_agent: text(wire.user_agent),
    ...device,
    country_code: place.country_code ?? null,
    country: place.country ?? null,
    city: place.city ?? null,
    asn: place.asn ?? null,
    as_name: place.as_name ?? null,
    ended_at: time(wire.ended_at),
    end_reason: text(wire.end_reason),
    ended_by: wire.ended_by === undefined || wire.ended_by === null ? null : JSON.stringify(wire.ended_by),
  };
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair; nobody needs more than 2,000 signs. */
function text(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return value.slice(0, LONGEST_TEXT).replaceAll("\0", "�").toWellFormed();
}
function time(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  return Number.isNaN(Date.parse(value)) ? null : value;
}
function seconds(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
