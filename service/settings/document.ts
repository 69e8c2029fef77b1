import { writeFileSync } from "node:fs";
import { SETTINGS, type Setting } from "./list.ts";

/** The text of `docs/settings.md`. */
export function documentSettings(): string {
  const lines = [
    "# Settings",
    "",
    "All settings are environment variables. A wrong one is refused at start with a sentence that says what was expected,",
    "and so is a `VIGIL_…` name that is not in this list. This page is printed from `service/settings/list.ts`.",
    "",
    "| name | expects | default | what it is |",
    "|---|---|---|---|",
  ];
  for (const setting of Object.values(SETTINGS) as Setting<unknown>[]) {
    const fallback =
      setting.fallback === undefined || setting.fallback === false ? "" : `\`${String(setting.fallback)}\``;
    const secret = setting.secret ? " *Secret: shown nowhere.*" : "";
    lines.push(`| \`${setting.name}\` | ${setting.kind.expects} | ${fallback} | ${setting.about}${secret} |`);
  }
  return `${lines.join("\n")}\n`;
}

if (import.meta.main && process.argv.includes("--write")) {
  writeFileSync(new URL("../../docs/settings.md", import.meta.url), documentSettings());
}
