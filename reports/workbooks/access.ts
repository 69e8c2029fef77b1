import { accounts } from "../tables/accounts.ts";
import { members } from "../tables/members.ts";
import { privileged } from "../tables/privileged.ts";
import { rights } from "../tables/rights.ts";
import type { Workbook } from "../workbook.ts";

/** Who can do what, and who was given it by whom. */
export const access: Workbook = {
  name: "access",
  title: "Access and privilege",
  about:
    "Who has which right in Odoo and who gave it, rights given and taken, passwords and keys, settings, and who may do what in Vigil",
  reads: {
    kinds: ["account.*", "api_key.*", "user.*", "session.policy_changed", "tracking.rules_changed"],
    models: ["res.users", "res.groups", "res.groups.privilege", "ir.rule", "ir.model.access"],
    categories: ["admin"],
  },
  tables: [rights, privileged, accounts],
  fixed: [members],
  access: true,
  figures: ["events", "created", "updated", "privileged"],
  charts: ["time", "user", "model"],
};
