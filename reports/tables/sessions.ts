import { type EventTable, REFERENCE, WHO_AND_WHEN } from "../table.ts";
import { detail, detailNumber, detailTime, reference, whoAndWhen } from "./cells.ts";
import { deviceLabel } from "./device.ts";

const ENDS: Record<string, string> = {
  "session.logout": "logout",
  "session.ended": "logout",
  "session.expired": "expired",
  "session.terminated": "terminated",
};

/** A row for each session that ended: how long it was, how much of that was work, and why it ended. */
export const sessions: EventTable = {
  id: "sessions",
  title: "Sessions",
  about: "Sessions that ended in this period; active and idle time is known to the minute",
  empty: "No session ended in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "ended", title: "Ended by", kind: "text", width: 12 },
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
  rows: (event) => [
    [
      ...whoAndWhen(event),
      ENDS[event.kind]!,
      detail(event, "reason"),
      detailTime(event, "started_at"),
      detailTime(event, "last_activity_at"),
      detailNumber(event, "duration_s"),
      detailNumber(event, "active_s"),
      detailNumber(event, "idle_s"),
      event.ip ?? null,
      event.user_agent === undefined ? null : deviceLabel(event.user_agent),
      event.session ?? detail(event, "session"),
      ...reference(event),
    ],
  ],
};
