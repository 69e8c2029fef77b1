import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documentPermissions } from "../../service/accounts/document.ts";
import { missing, PERMISSION_NAMES, permissionsOf } from "../../service/accounts/permissions.ts";

test("docs/permissions.md is what the table prints", () => {
  expect(readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8")).toBe(documentPermissions());
});

test("an Owner has everything, an Admin all but the events for Owners, a Viewer sees instances only", () => {
  expect([...permissionsOf("owner")]).toEqual(PERMISSION_NAMES);
  expect(missing(permissionsOf("admin"), PERMISSION_NAMES)).toEqual(["view:owner_events"]);
  expect([...permissionsOf("viewer")]).toEqual(["view:environments"]);
});

test("an Auditor sees all but the events for Owners, and changes nothing but reports", () => {
  const auditor = permissionsOf("auditor");
  expect(PERMISSION_NAMES.filter((name) => name.startsWith("view:") && !auditor.has(name))).toEqual([
    "view:owner_events",
  ]);
  expect([...auditor].filter((name) => !name.startsWith("view:"))).toEqual(["export:audit_logs", "manage:reports"]);
});

test("every system role except Viewer sees the audit log (C10)", () => {
  for (const role of ["owner", "admin", "member", "auditor"] as const)
    expect(permissionsOf(role).has("view:audit_logs")).toBe(true);
  expect(permissionsOf("viewer").has("view:audit_logs")).toBe(false);
});
