import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type FileResult, verifyFile } from "../../chain/index.ts";
import { CommandFailure, EXIT, type Exit } from "../failure.ts";
import { type Paint, plural, printable } from "../output/style.ts";

/** An export of a chain or a part of one, proved without store and service. Exit status 1 when it does not hold. */
export async function verifyExportFile(
  path: string,
  { key, json, paint }: { key?: string | undefined; json: boolean; paint: Paint },
): Promise<{ exit: Exit; text: string }> {
  if (key !== undefined && !/^[0-9a-f]{64}$/i.test(key))
    throw new CommandFailure("--key must be a public key: 64 hexadecimal digits.", EXIT.usage);
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 18 });
  try {
    await new Promise<void>((open, failed) => stream.once("open", () => open()).once("error", failed));
  } catch (cause) {
    throw new CommandFailure(`${printable(path)} cannot be read; check the path.`, EXIT.usage, { cause });
  }
  const result = await verifyFile(createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }), key);
  const exit = result.status === "broken" ? EXIT.no : EXIT.success;
  return { exit, text: json ? `${JSON.stringify(result)}\n` : describe(path, result, key, paint) };
}

function describe(path: string, result: FileResult, key: string | undefined, paint: Paint): string {
  const { status, line, reason } = result;
  const verdict =
    status === "broken"
      ? paint("red", "broken")
      : paint("green", status === "pruned" ? "pruned and attested" : "intact");
  const lines = [`${paint("bold", printable(path))}: ${verdict}`];
  if (reason !== undefined) lines.push(`  ${line === undefined ? "" : `Line ${line} `}${printable(reason)}`);
  const what = result.whole ? "the whole chain" : "a part of the chain";
  const of = result.instance === undefined ? "" : ` of ${printable(result.instance)}`;
  lines.push(
    `  ${plural(result.events, "event")}, ${what}${of}, under ${plural(result.checkpoints, "signed checkpoint")}`,
  );
  if (status !== "broken")
    lines.push(
      result.whole
        ? "  each event is proved, and that none is missing between the first and the last"
        : "  each event is proved; that none is missing is not: only the export of the whole chain proves that",
    );
  if (result.pruned)
    lines.push(`  ${plural(result.pruned, "event")} purged by retention; signed tombstones attest to them`);
  if (result.erased) lines.push(`  ${plural(result.erased, "value")} erased; their commitments stay`);
  if (result.unsealed)
    lines.push(
      `  ${plural(result.unsealed, "event")} after the last checkpoint: ${result.whole ? "chained, not signed yet" : "nothing vouches for them yet"}`,
    );
  if (key === undefined && result.keys.length > 0)
    lines.push(`  signed by ${result.keys.join(", ")}: compare it with the key you know, or give it with --key`);
  return lines.map((text) => `${text}\n`).join("");
}
