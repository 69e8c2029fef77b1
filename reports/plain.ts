import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkRequest } from "./check-request.ts";
import { fixedTables } from "./fixed-tables.ts";
import { filters, type MadeReport, type MakeOptions, period, zoneOf } from "./make.ts";
import { filterOf, isForReports, readEvents, takesFrom } from "./read-events.ts";
import type { Subject } from "./source.ts";
import type { CellValue, Table, TableColumn } from "./table.ts";
import type { Zone } from "./xlsx/index.ts";
import { openPartFolder } from "./xlsx/part-folder.ts";
import { Spool, writeZip } from "./xlsx/zip.ts";

/*
 * The same tables without looks: NDJSON, a line a row (the first line says what it is), or CSV, a file a table in one
 * zip. Values keep their types in NDJSON; in CSV a text that a spreadsheet would take for a formula gets an apostrophe.
 */

interface Sink {
  row(table: Table, values: CellValue[]): void;
  drain(): Promise<void>;
  /** packs, and puts the finished file in its place; answers its size */
  finish(): Promise<number>;
  abandon(): Promise<void>;
}

export async function makePlain(options: MakeOptions): Promise<MadeReport> {
  const { request, source } = options;
  const workbook = checkRequest(request);
  const subject = await source.subject(request);
  const zone = zoneOf(request, subject);
  const sink =
    request.format === "csv"
      ? await CsvSink.open(options.path, zone)
      : await NdjsonSink.open(options.path, zone, about(options, subject, workbook.name));
  try {
    let events = 0;
    let rows = 0;
    const total = subject.instances.reduce((sum, one) => sum + one.head_seq, 0) || 1;
    let before = 0;
    for (const instance of subject.instances) {
      const filter = filterOf(request, workbook, instance);
      if (filter !== undefined)
        for await (const page of readEvents(source, instance, filter)) {
          options.signal?.throwIfAborted();
          for (const { event } of page) {
            if (!isForReports(event, subject)) continue;
            events++;
            for (const table of workbook.tables)
              if (takesFrom(table, event))
                for (const row of table.rows(event)) {
                  sink.row(table, row);
                  rows++;
                }
          }
          await sink.drain();
          options.progress?.(
            (0.95 * (before + page.at(-1)!.event.seq)) / total,
            `${events.toLocaleString("en-US")} events`,
          );
        }
      before += instance.head_seq;
    }
    for (const table of await fixedTables(workbook, subject, source, request))
      for (const row of table.rows) sink.row(table, row);
    return { title: `${workbook.title} · ${subject.organisation.name}`, size_bytes: await sink.finish(), events, rows };
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

function about(options: MakeOptions, subject: Subject, report: string): object {
  return {
    type: "report",
    report,
    organisation: subject.organisation.name,
    instances: subject.instances.filter(({ internal }) => !internal).map(({ name }) => name),
    ...period(options.request),
    ...Object.fromEntries(filters(options.request)),
    time_zone: options.request.time_zone ?? subject.brand.time_zone,
    made_at: options.made_at.toISOString(),
    made_by: options.made_by,
    vigil_version: options.vigil_version,
    public_key: subject.public_key,
  };
}

/** A value as JSON: times ISO in UTC, money as amount and currency. */
function jsonValue(value: CellValue): unknown {
  if (typeof value !== "object" || value === null) return value ?? null;
  if ("moment" in value) return Number.isNaN(value.moment) ? null : new Date(value.moment).toISOString();
  return "day" in value ? value.day : value;
}

/** Columns whose value another one says already, in UTC. */
const isDouble = (column: TableColumn): boolean => column.kind === "utc";

class NdjsonSink implements Sink {
  readonly #path: string;
  readonly #folder: string;
  readonly #file: Awaited<ReturnType<typeof open>>;
  #text: string;
  #size = 0;

  static async open(path: string, _zone: Zone, head: object): Promise<NdjsonSink> {
    const folder = await openPartFolder(path);
    return new NdjsonSink(path, folder, await open(join(folder, "rows"), "wx", 0o600), head);
  }
  private constructor(path: string, folder: string, file: Awaited<ReturnType<typeof open>>, head: object) {
    this.#path = path;
    this.#folder = folder;
    this.#file = file;
    this.#text = `${JSON.stringify(head)}\n`;
  }
  row(table: Table, values: CellValue[]): void {
    const row: Record<string, unknown> = { type: table.id };
    for (const [i, column] of table.columns.entries()) if (!isDouble(column)) row[column.id] = jsonValue(values[i]);
    this.#text += `${JSON.stringify(row)}\n`;
  }
  async drain(): Promise<void> {
    if (this.#text.length < 1 << 18) return;
    await this.#flush();
  }
  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#text);
    this.#text = "";
    this.#size += bytes.length;
    await this.#file.writeFile(bytes);
  }
  async finish(): Promise<number> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    await rename(join(this.#folder, "rows"), this.#path);
    await rm(this.#folder, { recursive: true, force: true });
    return this.#size;
  }
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // it may be closed already
    await rm(this.#folder, { recursive: true, force: true });
  }
}

class CsvSink implements Sink {
  readonly #path: string;
  readonly #folder: string;
  readonly #zone: Zone;
  readonly #files = new Map<string, Spool>();

  static async open(path: string, zone: Zone): Promise<CsvSink> {
    return new CsvSink(path, await openPartFolder(path), zone);
  }
  private constructor(path: string, folder: string, zone: Zone) {
    this.#path = path;
    this.#folder = folder;
    this.#zone = zone;
  }
  row(table: Table, values: CellValue[]): void {
    let file = this.#files.get(table.id);
    if (file === undefined) {
      file = new Spool(`${table.id}.csv`, join(this.#folder, table.id), 6);
      this.#files.set(table.id, file);
      const heads = table.columns.map((column) =>
        column.kind === "time" ? `${column.title} (${this.#zone.name})` : column.title,
      );
      file.write(`\ufeff${heads.map(quoteCsv).join(",")}\r\n`); // the mark tells Excel that it is UTF-8
    }
    file.write(`${values.map((value, i) => csvValue(value, table.columns[i]!, this.#zone)).join(",")}\r\n`);
  }
  async drain(): Promise<void> {
    for (const file of this.#files.values()) if (file.isFull) await file.drain();
  }
  async finish(): Promise<number> {
    for (const file of this.#files.values()) await file.end();
    const finished = join(this.#folder, "finished.zip");
    const size = await writeZip(finished, [...this.#files.values()]);
    await rename(finished, this.#path);
    await rm(this.#folder, { recursive: true, force: true });
    return size;
  }
  async abandon(): Promise<void> {
    for (const file of this.#files.values()) await file.abandon();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function csvValue(value: CellValue, column: TableColumn, zone: Zone): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return quoteCsv(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
  if (typeof value !== "object") return String(value);
  if ("currency" in value) return quoteCsv(`${value.amount} ${value.currency}`.trim());
  if ("day" in value) return value.day;
  if (Number.isNaN(value.moment)) return "";
  const shift = column.kind === "utc" ? 0 : zone.offsetMs(value.moment);
  return new Date(value.moment + shift).toISOString().slice(0, 19).replace("T", " ");
}

export function quoteCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
