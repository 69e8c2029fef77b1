import { accounts } from "../tables/accounts.ts";
import { errors } from "../tables/errors.ts";
import { findings } from "../tables/findings.ts";
import { gaps } from "../tables/gaps.ts";
import { logins } from "../tables/logins.ts";
import { privileged } from "../tables/privileged.ts";
import { rights } from "../tables/rights.ts";
import type { Workbook } from "../workbook.ts";

/** What somebody who looks after security reads first. */
export const security: Workbook = {
  name: "security",
  title: "Security",
  about: "Findings, failed logins, refused operations, rights, keys, and whether recording was complete",
  reads: {
    kinds: ["session.*", "account.*", "api_key.*", "user.*", "operation.*", "tracking.*", "security.*"],
    models: ["res.users", "res.groups", "res.groups.privilege", "ir.rule", "ir.model.access"],
    categories: ["security", "admin", "auth"],
  },
  tables: [findings, logins, errors, rights, accounts, privileged, gaps],
  figures: ["events", "findings", "refused", "failed", "privileged", "logins", "failedLogins", "gaps"],
  charts: ["time", "operation", "user", "country"],
};
