import { writeFileSync } from "node:fs";
import { ODOO_KINDS } from "../../odoo_addon_client/kinds.ts";
import { ACTIONS, GROUPS } from "./actions.ts";

const HEAD = ["| event | category | severity | says |", "|---|---|---|---|"];

/** The text of `docs/events.md`. */
export function documentEvents(): string {
  const line = (kind: string, { category, severity, about }: { category: string; severity: string; about: string }) =>
    `| \`${kind}\` | ${category} | ${severity} | ${about} |`;
  const own = Object.entries(GROUPS).flatMap(([group, title]) => [
    "",
    `### ${title}`,
    "",
    ...HEAD,
    ...Object.entries(ACTIONS).flatMap(([action, row]) => (row.group === group ? [line(action, row)] : [])),
  ]);
  return `${[
    "# Events",
    "",
    "What Vigil's own audit log and the trail of an Odoo can say. This page is printed from the lists by which they are",
    "written: `service/audit/actions.ts` and `odoo_addon_client/kinds.ts`. A kind that a newer addon tells is stored and",
    "shown as it came.",
    "",
    "## Vigil's own log",
    "",
    "`GET /api/audit-logs?action=…`, `vigil audit list --action …`. Each entry has who (a person, an API key with its maker,",
    "`os:NAME` for the command line, `system` for what Vigil does by itself), when, from which address, with which browser and",
    "method, about what, and whether it succeeded; a secret's change says that it changed, never the value.",
    ...own,
    "",
    "Deployments, servers, databases and webhooks get theirs when Vigil has them.",
    "",
    "## An Odoo's trail",
    "",
    "`GET /api/instances/{id}/audit-trail?kind=…`, `vigil events list --kind …`. The severity is what it is when the event says",
    "nothing else. Changes of records are classed by their model: users, groups, rights and keys are `admin`, high; settings,",
    "modules and automations `admin`, medium (high when deleted); messages `comms`; jobs and sequences `system`; all else",
    "`data`, low (medium when deleted, high when truncated).",
    "",
    ...HEAD,
    line("record.created", { category: "by model", severity: "by model", about: "a record, with its initial values" }),
    line("record.updated", {
      category: "by model",
      severity: "by model",
      about: "the changed fields, before and after",
    }),
    line("record.deleted", { category: "by model", severity: "by model", about: "a record, with its final values" }),
    line("record.truncated", { category: "by model", severity: "high", about: "a whole table was emptied past Odoo" }),
    ...Object.entries(ODOO_KINDS).map(([kind, row]) => line(kind, row)),
  ].join("\n")}\n`;
}

if (import.meta.main && process.argv.includes("--write")) {
  writeFileSync(new URL("../../docs/events.md", import.meta.url), documentEvents());
}
