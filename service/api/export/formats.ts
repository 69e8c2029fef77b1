import { ByteWriter } from "../../chain/bytes.ts";
import { takeStock } from "../../chain/export-stretches.ts";
import { exportChain, exportPart } from "../../chain/index.ts";
import type { RowColumn } from "../../chain/row.ts";
import { readMatchingRows } from "../../store/export-rows.ts";
import type { TrailFilter } from "../../store/trail-filter.ts";
import type { Instance, Store } from "../../store/types.ts";
import { CSV_HEADER, csvWriter, jsonWriter, type WriteRow } from "./row-forms.ts";

/*
 * The trail as a file, oldest first, in pieces: memory does not grow with it. CSV and JSON are for reading; NDJSON is
 * the evidence: with checkpoints and proofs, for `vigil verify FILE`.
 */

export const FORMATS = { csv: "text/csv", json: "application/json", ndjson: "application/x-ndjson" } as const;
export type Format = keyof typeof FORMATS;

/** bytes, or characters */
const PIECE = 1 << 16;
/** what neither form shows: it need not be read */
const NOT_SHOWN: readonly RowColumn[] = ["commitments"];

export async function* exportTrail(
  store: Store,
  instance: Instance,
  filter: TrailFilter,
  format: Format,
): AsyncGenerator<string | Buffer> {
  if (format === "ndjson") yield* exportEvidence(store, instance, filter);
  else if (format === "csv") {
    yield `${CSV_HEADER}\r\n`;
    yield* written(store, instance, filter, { write: csvWriter(instance), end: "\r\n" });
  } else {
    yield "[\n";
    yield* written(store, instance, filter, { write: jsonWriter(instance), between: ",\n" });
    yield "\n]\n";
  }
}

/** NDJSON with checkpoints and proofs. Without a filter: the whole chain. */
export function exportEvidence(store: Store, instance: Instance, filter: TrailFilter): AsyncGenerator<string> {
  const whole = Object.keys(filter).length === 0;
  return inPieces(whole ? exportChain(store, instance) : exportPart(store, instance, filter));
}

async function* written(
  store: Store,
  instance: Instance,
  filter: TrailFilter,
  { write, between = "", end = "" }: { write: WriteRow; between?: string; end?: string },
): AsyncGenerator<Buffer> {
  const { stretches } = await takeStock(store, instance);
  const earliest =
    filter.from === undefined ? "" : new Date(Date.parse(filter.from) - 86_400_000).toISOString().slice(0, 10);
  const out = new ByteWriter(Buffer.allocUnsafeSlow(PIECE * 2));
  let first = true;
  for (const stretch of stretches) {
    if (stretch.received_on < earliest) continue;
    for await (const rows of readMatchingRows(store, instance.id, stretch, filter, NOT_SHOWN)) {
      while (rows.next()) {
        if (!first) out.ascii(between);
        first = false;
        write(out, rows);
        out.ascii(end);
        if (out.end < PIECE) continue;
        yield Buffer.from(out.bytes.subarray(0, out.end)); // a copy: its reader may be slow
        out.end = 0;
      }
    }
  }
  if (out.end > 0) yield Buffer.from(out.bytes.subarray(0, out.end));
}

async function* inPieces(lines: AsyncIterable<string | string[]>): AsyncGenerator<string> {
  let piece = "";
  for await (const some of lines) {
    for (const line of typeof some === "string" ? [some] : some) {
      piece += `${line}\n`;
      if (piece.length >= PIECE) {
        yield piece;
        piece = "";
      }
    }
  }
  if (piece !== "") yield piece;
}
