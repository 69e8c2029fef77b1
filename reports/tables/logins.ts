import { type EventTable, REFERENCE, WHO_AND_WHEN } from "../table.ts";
import { detail, detailLines, reference, whoAndWhen, words } from "./cells.ts";
import { deviceLabel } from "./device.ts";

const OK = new Set(["session.login", "session.started", "auth.login"]);
const FAILED = new Set(["session.login_failed", "session.blocked", "auth.login_failed"]);

export const LOGIN_KINDS = [...OK, ...FAILED];

export function isLogin(kind: string): boolean {
  return OK.has(kind);
}
export function isFailedLogin(kind: string): boolean {
  return FAILED.has(kind);
}

/** Every attempt to get in. */
export const logins: EventTable = {
  id: "logins",
  title: "Logins",
  about: "Logins that succeeded and attempts that failed, with where they came from",
  empty: "No login and no failed attempt was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "result", title: "Result", kind: "text", width: 10 },
    { id: "tried", title: "Login tried", kind: "text", width: 24 },
    { id: "reason", title: "Reason", kind: "text", width: 18 },
    { id: "method", title: "Method", kind: "text", width: 12 },
    { id: "interface", title: "Interface", kind: "text", width: 10 },
    { id: "ip", title: "IP", kind: "code", width: 16 },
    { id: "device", title: "Device", kind: "text", width: 26 },
    { id: "details", title: "Details", kind: "wrap", width: 28 },
    { id: "session", title: "Session", kind: "hash", width: 18 },
    ...REFERENCE,
  ],
  takes: ({ kind }) => OK.has(kind) || FAILED.has(kind),
  rows: (event) => [
    [
      ...whoAndWhen(event),
      OK.has(event.kind) ? "success" : event.kind === "session.blocked" ? "blocked" : "failed",
      detail(event, "login_tried", "login"),
      words(detail(event, "reason") ?? "") || null,
      detail(event, "method"),
      detail(event, "interface"),
      event.ip ?? null,
      event.user_agent === undefined ? null : deviceLabel(event.user_agent),
      detailLines(event.details, ["login_tried", "login", "reason", "method", "interface", "session"]),
      event.session ?? detail(event, "session"),
      ...reference(event),
    ],
  ],
};
