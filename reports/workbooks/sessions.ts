import { LOGIN_KINDS, logins } from "../tables/logins.ts";
import { SESSION_ENDS, sessions } from "../tables/sessions.ts";
import type { Workbook } from "../workbook.ts";

/** When people came, how long they stayed and worked, and why their sessions ended. */
export const sessionsWorkbook: Workbook = {
  name: "sessions",
  title: "Sessions",
  about: "Sessions with their active and idle time and why they ended, and the logins that began them",
  reads: { kinds: [...SESSION_ENDS, ...LOGIN_KINDS] },
  tables: [sessions, logins],
  figures: ["events", "logins", "failedLogins", "sessionsEnded"],
  charts: ["time", "hour", "user", "country"],
};
