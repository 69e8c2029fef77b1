import { verifyWorkbook, type WorkbookVerdict } from "../../../reports/verify/index.ts";
import { EXIT, type Exit } from "../failure.ts";
import { type Paint, plural, printable } from "../output/style.ts";
import { VERSION } from "../version.ts";

/** A report's workbook, checked without store and service. Exit status 1 when a cell is not as recorded. */
export async function verifyWorkbookFile(
  path: string,
  options: { key?: string | undefined; json: boolean; paint: Paint },
): Promise<{ exit: Exit; text: string }> {
  const verdict = await verifyWorkbook(path, { publicKey: options.key });
  const exit = verdict.status === "intact" ? EXIT.success : EXIT.no;
  if (options.json) return { exit, text: `${JSON.stringify(verdict)}\n` };
  return { exit, text: describe(path, verdict, options) };
}

function describe(
  path: string,
  verdict: WorkbookVerdict,
  { key, paint }: { key?: string | undefined; paint: Paint },
): string {
  const answer =
    verdict.status === "intact"
      ? paint("green", "intact")
      : paint("red", `broken: ${plural(verdict.problem_count, "problem")}`);
  const lines = [
    `${paint("bold", printable(path))}: ${answer}`,
    `  ${verdict.report} report of ${printable(verdict.organisation)} (${verdict.instances.map(printable).join(", ")}), made ${verdict.made_at.slice(0, 19).replace("T", " ")} UTC by ${printable(verdict.made_by)}`,
    `  ${plural(verdict.rows, "row")} compared with ${plural(verdict.events, "event")}; ${plural(verdict.sealed, "event")} under ${plural(verdict.segments, "signed checkpoint")}${verdict.unsealed ? `, ${verdict.unsealed} covered by the workbook's own signature only` : ""}`,
    key === undefined
      ? `  signed by ${verdict.public_key}: compare it with the key you know, or give it with --key`
      : `  signed by the key you gave`,
    ...verdict.problems.map(({ reason }) => `  ${paint("red", "✗")} ${printable(reason)}`),
  ];
  if (verdict.problem_count > verdict.problems.length)
    lines.push(`  … and at least ${verdict.problem_count - verdict.problems.length} more`);
  if (verdict.status === "broken" && verdict.vigil_version !== VERSION)
    lines.push(
      `  made by Vigil ${printable(verdict.vigil_version)}, checked by ${VERSION}: another version may word a cell otherwise; check it with ${printable(verdict.vigil_version)}, too`,
    );
  return lines.map((line) => `${line}\n`).join("");
}
