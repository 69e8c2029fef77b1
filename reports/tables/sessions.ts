import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import type { StoredEvent } from "../../service/store/types.ts";
import { type EventTable, REFERENCE, WHO_AND_WHEN } from "../table.ts";
import { detail, detailNumber, detailTime, reference, subjectOf, whoAndWhen, words } from "./cells.ts";
import { deviceLabel } from "./device.ts";

const ENDS: Record<string, string> = {
  "session.logout": "logout",
  "session.ended": "logout",
  "session.expired": "expired",
  "session.terminated": "terminated",
};

export const SESSION_ENDS = Object.keys(ENDS);

/** A row for each session that ended: how long it was, how much of that was work, and why it ended. */
export const sessions: EventTable = {
  id: "sessions",
  title: "Sessions",
  about: "Sessions that ended in this period; active and idle time is known to the minute",
  empty: "No session ended in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "ended", title: "Ended", kind: "text", width: 12 },
    { id: "by", title: "By whom", kind: "text", width: 20 },
    { id: "reason", title: "Reason", kind: "text", width: 24 },
    { id: "started_at", title: "Started", kind: "time", width: 19 },
    { id: "last_activity_at", title: "Last activity", kind: "time", width: 19 },
    { id: "duration", title: "Duration", kind: "duration", width: 11 },
    { id: "active", title: "Active", kind: "duration", width: 11 },
    { id: "idle", title: "Idle", kind: "duration", width: 11 },
    { id: "ip", title: "IP", kind: "code", width: 16 },
    { id: "device", title: "Device", kind: "text", width: 26 },
    { id: "session", title: "Session", kind: "hash", width: 18 },
    ...REFERENCE,
  ],
  takes: ({ kind }) => Object.hasOwn(ENDS, kind),
  rows(event) {
    const [time, utc, instance] = whoAndWhen(event);
    const { name, login, by } = whose(event);
    return [
      [
        time,
        utc,
        instance,
        name,
        login,
        ENDS[event.kind]!,
        by,
        words(detail(event, "reason") ?? "") || null,
        detailTime(event, "started_at"),
        detailTime(event, "last_activity_at"),
        detailNumber(event, "duration_s"),
        detailNumber(event, "active_s"),
        detailNumber(event, "idle_s"),
        // what an event of somebody else tells is where that one was
        by === null ? (event.ip ?? null) : null,
        by === null && event.user_agent !== undefined ? deviceLabel(event.user_agent) : null,
        event.session ?? detail(event, "session"),
        ...reference(event),
      ],
    ];
  },
};

/** Whose session it was, and who ended it when that was somebody else. */
function whose(event: StoredEvent): { name: string | null; login: string | null; by: string | null } {
  const own = event.user ?? null;
  const subject = subjectOf(event);
  const service = (event.details?.by as JsonObject | undefined)?.service;
  if (typeof service === "string")
    return { name: subject?.name ?? null, login: subject?.login ?? null, by: `${service} (in Vigil)` };
  if (subject === undefined || subject.login === own?.login)
    return { name: own?.name ?? null, login: own?.login ?? null, by: null };
  return { ...subject, by: own === null ? null : `${own.name} (${own.login})` };
}
