import { activity } from "../tables/activity.ts";
import { changes } from "../tables/changes.ts";
import { deletions } from "../tables/deletions.ts";
import { logins } from "../tables/logins.ts";
import { reads } from "../tables/reads.ts";
import { sessions } from "../tables/sessions.ts";
import type { Workbook } from "../workbook.ts";

/** What one person did, or all of them: `user` narrows it down. */
export const userActivity: Workbook = {
  name: "user-activity",
  title: "User activity",
  about: "What people did, event by event, with the fields they changed; give a user to see one person",
  tables: [activity, changes, deletions, reads, sessions, logins],
  figures: [
    "events",
    "created",
    "updated",
    "deleted",
    "reads",
    "exports",
    "refused",
    "failed",
    "privileged",
    "logins",
    "failedLogins",
    "sessionsEnded",
  ],
  charts: ["time", "hour", "operation", "model", "user"],
};
