import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exportTrail, FORMATS, type Format } from "../../api/export/formats.ts";
import { sequenceAudit } from "../../audit/index.ts";
import { AUDIT_INSTANCE, internalInstance } from "../../store/audit-rows.ts";
import type { TrailFilter } from "../../store/trail-filter.ts";
import type { Command } from "../command.ts";
import { readTime } from "../events/when.ts";
import { EXIT, usage } from "../failure.ts";
import { printable } from "../output/style.ts";

/** `vigil export --instance NAME --out FILE`: the evidence as a file that `vigil verify FILE` proves anywhere. */
export const exportCommand: Command = async ({ store, terminal, now }, { options }) => {
  const { out, format = formatOf(out) } = options as { out?: string; format?: string };
  if (!Object.hasOwn(FORMATS, format)) throw usage(`--format must be one of ${Object.keys(FORMATS).join(", ")}.`);
  const own = options.instance === AUDIT_INSTANCE;
  if (own) await sequenceAudit(store);
  const instance = own ? await internalInstance(store) : await store.instances.get(String(options.instance));
  const pieces = exportTrail(store, instance, filterFrom(options, now()), format as Format);
  if (out === undefined) {
    for await (const piece of pieces) {
      terminal.signal.throwIfAborted();
      await terminal.out(piece.toString()); // a piece ends with a row, never within a character
    }
    return EXIT.success;
  }
  // under its name only when it is whole: half an export looks like a broken chain
  const part = `${out}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part, { mode: 0o600 }), { signal: terminal.signal });
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const next = format === "ndjson" ? `; \`vigil verify ${printable(out)}\` proves it without the store` : "";
  await terminal.err(`Written to ${printable(out)}${next}.\n`);
  return EXIT.success;
};

const formatOf = (path: string | undefined): string =>
  /\.(csv|json)$/i.exec(path ?? "")?.[1]?.toLowerCase() ?? "ndjson";

function filterFrom(options: Record<string, unknown>, now: Date): TrailFilter {
  const filter: TrailFilter = {};
  for (const key of ["user", "model", "kind", "category", "severity"] as const) {
    if (typeof options[key] === "string") Object.assign(filter, { [key]: options[key] });
  }
  if (options.record !== undefined) {
    if (!/^\d{1,15}$/.test(String(options.record)) || filter.model === undefined)
      throw usage("--record takes a number, and needs --model.");
    filter.record_id = Number(options.record);
  }
  if (typeof options.from === "string") filter.from = readTime(options.from, "from", now);
  if (typeof options.to === "string") filter.to = readTime(options.to, "to", now);
  return filter;
}
