import { logins } from "../tables/logins.ts";
import { sessions } from "../tables/sessions.ts";
import type { Workbook } from "../workbook.ts";

/** When people came, how long they stayed and worked, and why their sessions ended. */
export const sessionsWorkbook: Workbook = {
  name: "sessions",
  title: "Sessions",
  about: "Sessions with their active and idle time and why they ended, and the logins that began them",
  reads: { kinds: ["session.*"] },
  tables: [sessions, logins],
  charts: ["time", "hour", "user", "country"],
};
