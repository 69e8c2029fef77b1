import { accounts } from "../tables/accounts.ts";
import { changes } from "../tables/changes.ts";
import { deletions } from "../tables/deletions.ts";
import { errors } from "../tables/errors.ts";
import { findings } from "../tables/findings.ts";
import { gaps } from "../tables/gaps.ts";
import { logins } from "../tables/logins.ts";
import { ownLog } from "../tables/own-log.ts";
import { privileged } from "../tables/privileged.ts";
import { reads } from "../tables/reads.ts";
import { retention } from "../tables/retention.ts";
import { sessions } from "../tables/sessions.ts";
import type { Workbook } from "../workbook.ts";

/** Everything an auditor asks for, in one file. */
export const audit: Workbook = {
  name: "audit",
  title: "Audit report",
  about: "Everything that was recorded: changes, deletions, reads and exports, logins, findings, retention and gaps",
  tables: [changes, deletions, reads, errors, sessions, logins, accounts, findings, privileged, gaps, ownLog],
  fixed: [retention],
  ownLog: true,
  figures: [
    "events",
    "created",
    "updated",
    "deleted",
    "exports",
    "refused",
    "failed",
    "privileged",
    "logins",
    "failedLogins",
    "findings",
    "gaps",
  ],
  charts: ["time", "operation", "model", "user", "country", "hour"],
};
