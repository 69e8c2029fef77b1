import type { Hello } from "../../../odoo_addon_client/protocol.ts";
import { type Paint, plural, printable } from "./style.ts";

/** What was found, for `add` and `check`. */
export function reportHello(name: string, hello: Hello, transport: string, paint: Paint): string {
  const { identity, status } = hello;
  const triggers =
    status.triggers_present === status.triggers_expected
      ? `complete (${plural(status.triggers_present, "trigger")})`
      : paint("yellow", `${status.triggers_present} of ${status.triggers_expected} triggers present`);
  const lines = [
    `${paint("green", "✓")} ${paint("bold", name)}: Odoo ${hello.odoo_version}, database ${printable(identity.database)}, Vigil addon ${hello.addon_version}, over ${transport}`,
    `  capture   ${triggers}${status.gaps ? paint("yellow", `, ${plural(status.gaps, "gap")} reported`) : ", no gap"}`,
    `  outbox    ${plural(status.outbox_rows, "row")}, ${status.oldest_seconds ? `the oldest not acknowledged for ${duration(status.oldest_seconds)}` : "all acknowledged"}`,
    ...(identity.neutralized
      ? [paint("yellow", "  This database is neutralized: it looks like a copy for testing.")]
      : []),
    ...status.warnings.map((warning) => paint("yellow", `  ! ${printable(warning)}`)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
