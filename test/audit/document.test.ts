import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ODOO_KINDS } from "../../odoo_addon_client/kinds.ts";
import { documentEvents } from "../../service/audit/document.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

test("docs/events.md is what the lists print", () => {
  expect(readFileSync(join(ROOT, "docs/events.md"), "utf8")).toBe(documentEvents());
});

test("what the addon's source says of a kind, the list says, too", () => {
  const addon = join(ROOT, "odoo_addons/vigil");
  const files = readdirSync(addon, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.(py|sql)$/.test(file) && !file.startsWith("tests/"),
  );
  let found = 0;
  for (const file of files) {
    const source = readFileSync(join(addon, file), "utf8");
    // Python: "kind": "a.b", "category": "c", "severity": "d"
    for (const [, kind, category, severity] of source.matchAll(
      /"kind": "([\w.]+)",\s*"category": "(\w+)",\s*"severity": "(\w+)"/g,
    )) {
      found++;
      expect(ODOO_KINDS[kind!], `${kind} of ${file}`).toMatchObject({ category });
      // one kind may be told with several severities: the list has the graver one
      const ranks = ["low", "medium", "high", "critical"];
      expect(ranks.indexOf(ODOO_KINDS[kind!]!.severity), kind).toBeGreaterThanOrEqual(ranks.indexOf(severity!));
    }
  }
  expect(found).toBeGreaterThan(10);
});
