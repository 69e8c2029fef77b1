import { writeFileSync } from "node:fs";
import { PERMISSION_NAMES, PERMISSIONS, SYSTEM_ROLES, type SystemRole } from "./permissions.ts";

/** The text of `docs/permissions.md`. */
export function documentPermissions(): string {
  const roles = Object.keys(SYSTEM_ROLES) as SystemRole[];
  const lines = [
    "# Permissions",
    "",
    "What a person or an API key may do in an organisation. A role is a set of these; beside the five system roles an",
    "organisation makes its own. Nobody can grant a permission that they do not have. This page is printed from",
    "`service/accounts/permissions.ts`, by which the API checks and the dashboard shows and hides.",
    "",
    `| permission | allows | ${roles.map((role) => SYSTEM_ROLES[role].name).join(" | ")} |`,
    `|---|---|${roles.map(() => ":-:|").join("")}`,
    ...PERMISSION_NAMES.map((name) => {
      const { allows, roles: having } = PERMISSIONS[name];
      const marks = roles.map((role) => ((having as readonly string[]).includes(role) ? "✓" : "")).join(" | ");
      return `| \`${name}\` | ${allows} | ${marks} |`;
    }),
    "",
    "| role | for |",
    "|---|---|",
    ...roles.map((role) => `| ${SYSTEM_ROLES[role].name} | ${SYSTEM_ROLES[role].about} |`),
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main && process.argv.includes("--write")) {
  writeFileSync(new URL("../../docs/permissions.md", import.meta.url), documentPermissions());
}
