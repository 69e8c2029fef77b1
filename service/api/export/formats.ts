import { csvCell } from "../../audit/export.ts";
import { quote } from "../../chain/canonical.ts";
import { takeStock } from "../../chain/export-stretches.ts";
import { exportChain, exportPart } from "../../chain/index.ts";
import { COLUMN, type RowReader } from "../../chain/row.ts";
import { readMatchingRows } from "../../store/export-rows.ts";
import type { TrailFilter } from "../../store/trail-filter.ts";
import type { Instance, Store } from "../../store/types.ts";

/*
 * The trail as a file, oldest first, in pieces: memory does not grow with it. CSV and JSON are for reading; NDJSON is
 * the evidence: with checkpoints and proofs, for `vigil verify FILE`.
 */

export const FORMATS = { csv: "text/csv", json: "application/json", ndjson: "application/x-ndjson" } as const;
export type Format = keyof typeof FORMATS;

const PIECE_CHARACTERS = 1 << 16;

export async function* exportTrail(
  store: Store,
  instance: Instance,
  filter: TrailFilter,
  format: Format,
): AsyncGenerator<string> {
  if (format === "ndjson") {
    const whole = Object.keys(filter).length === 0;
    yield* inPieces(whole ? exportChain(store, instance) : exportPart(store, instance, filter), "\n");
    return;
  }
  const write = format === "csv" ? csvLine : jsonText;
  yield format === "csv" ? `${CSV_HEADER}\r\n` : "[\n";
  yield* inPieces(written(store, instance, filter, write), format === "csv" ? "\r\n" : ",\n", format === "csv");
  if (format === "json") yield "\n]\n";
}

async function* written(
  store: Store,
  instance: Instance,
  filter: TrailFilter,
  write: (rows: RowReader, instance: Instance) => string,
): AsyncGenerator<string[]> {
  const { stretches } = await takeStock(store, instance);
  const earliest =
    filter.from === undefined ? "" : new Date(Date.parse(filter.from) - 86_400_000).toISOString().slice(0, 10);
  for (const stretch of stretches) {
    if (stretch.received_on < earliest) continue;
    for await (const rows of readMatchingRows(store, instance.id, stretch, filter)) {
      const lines: string[] = [];
      while (rows.next()) lines.push(write(rows, instance));
      if (lines.length > 0) yield lines;
    }
  }
}

/** Gathers lines into pieces; `last`: the last one is ended too. */
async function* inPieces(
  lines: AsyncIterable<string | string[]>,
  end: string,
  last = end === "\n",
): AsyncGenerator<string> {
  let piece = "";
  let first = true;
  for await (const some of lines) {
    for (const line of typeof some === "string" ? [some] : some) {
      piece += last ? line + end : first ? line : end + line;
      first = false;
      if (piece.length >= PIECE_CHARACTERS) {
        yield piece;
        piece = "";
      }
    }
  }
  if (piece !== "") yield piece;
}

type Read = (rows: RowReader, instance: Instance) => unknown;
const text = (column: keyof typeof COLUMN): [string, Read] => [column, (rows) => rows.text(COLUMN[column])];
const CSV: [string, Read][] = [
  ["instance", (_, { name }) => name],
  ["seq", (rows) => rows.int8(COLUMN.seq)],
  ["occurred_at", (rows) => rows.time(COLUMN.occurred_at)],
  ["received_at", (rows) => rows.time(COLUMN.received_at)],
  text("kind"),
  text("category"),
  text("severity"),
  text("model"),
  text("model_label"),
  ["record_id", (rows) => (rows.isNull(COLUMN.record_id) ? null : rows.int8(COLUMN.record_id))],
  text("record_name"),
  text("user_login"),
  text("user_name"),
  text("origin_type"),
  text("session"),
  text("ip"),
  text("user_agent"),
  text("request_id"),
  text("transaction"),
  ["changes", (rows) => rows.text(COLUMN.changes)!.replaceAll("\n", "")],
  text("details"),
  ["hash", (rows) => rows.raw(COLUMN.hash).toString("hex")],
];
const CSV_HEADER = CSV.map(([name]) => name).join(",");

function csvLine(rows: RowReader, instance: Instance): string {
  let line = "";
  for (let i = 0; i < CSV.length; i++)
    line += i === 0 ? csvCell(CSV[i]![1](rows, instance)) : `,${csvCell(CSV[i]![1](rows, instance))}`;
  return line;
}

/** As the API shows an event (event-json.ts), from the row's bytes. */
function jsonText(rows: RowReader, { id, name }: Instance): string {
  const part = (column: keyof typeof COLUMN): string =>
    rows.isNull(COLUMN[column]) ? "" : `,"${column}":${quote(rows.text(COLUMN[column])!)}`;
  const raw = (column: keyof typeof COLUMN): string =>
    rows.isNull(COLUMN[column]) ? "" : `,"${column}":${rows.text(COLUMN[column])}`;
  const user = rows.isNull(COLUMN.user_id)
    ? "null"
    : `{"id":${rows.int8(COLUMN.user_id)},"login":${quote(rows.text(COLUMN.user_login)!)},"name":${quote(rows.text(COLUMN.user_name)!)}}`;
  return `{"instance":${quote(name)},"instance_id":"${id}","seq":${rows.int8(COLUMN.seq)}${part("source_id")},"occurred_at":"${rows.time(COLUMN.occurred_at)}","received_at":"${rows.time(COLUMN.received_at)}"${part("kind")}${part("category")}${part("severity")}${part("model")}${part("model_label")}${rows.isNull(COLUMN.record_id) ? "" : `,"record_id":${rows.int8(COLUMN.record_id)}`}${part("record_name")},"user":${user}${raw("as_user")}${raw("origin")}${part("session")}${part("ip")}${part("user_agent")}${part("request_id")}${part("correlation_id")}${part("transaction")},"changes":${rows.text(COLUMN.changes)!.replaceAll("\n", "")}${raw("details")},"hash":"${rows.raw(COLUMN.hash).toString("hex")}"}`;
}
