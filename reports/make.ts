import { openPlaces } from "../service/places/index.ts";
import { checkRequest } from "./check-request.ts";
import { type Notices, writeCover } from "./cover.ts";
import { ReportRequestError } from "./errors.ts";
import { Figures } from "./figures.ts";
import { fixedTables } from "./fixed-tables.ts";
import { FONT, Look } from "./look.ts";
import { type Manifest, manifestHash, manifestText, pieces, SHEETS } from "./proof/forms.ts";
import { hidden, ProofRecorder } from "./proof/recorder.ts";
import { proofTable } from "./proof-table.ts";
import { filterOf, isForReports, readEvents, takesFrom } from "./read-events.ts";
import type { ReportRequest } from "./request.ts";
import { FIRST_ROW, fixedSheet, type PageText, type SealedSheet, TableSheet } from "./sheets.ts";
import type { ReportSource, Subject } from "./source.ts";
import { writeSummary } from "./summary.ts";
import { gaps } from "./tables/gaps.ts";
import { branded, findTheme } from "./theme.ts";
import type { Workbook } from "./workbook.ts";
import { WorkbookWriter, Zone } from "./xlsx/index.ts";

export interface MakeOptions {
  request: ReportRequest;
  source: ReportSource;
  /** where the finished file will stand; its folder must exist */
  path: string;
  made_at: Date;
  made_by: string;
  vigil_version: string;
  /** heading included, before a table goes on in a further sheet (default: as many as a sheet holds) */
  rows_a_sheet?: number | undefined;
  progress?(share: number, step: string): void;
  signal?: AbortSignal | undefined;
}
export interface MadeReport {
  title: string;
  size_bytes: number;
  events: number;
  rows: number;
}

/** Makes a workbook: one pass over the events, each written to every table that takes it, and noted as evidence. */
export async function makeWorkbook(options: MakeOptions): Promise<MadeReport> {
  const { request, source, path } = options;
  const workbook = checkRequest(request);
  const subject = await source.subject(request);
  const zone = zoneOf(request, subject);
  const theme = branded(findTheme(request.theme), subject.brand.color);
  const title = `${workbook.title} · ${subject.organisation.name}`;
  const book = await WorkbookWriter.open({
    path,
    font: FONT,
    fontSize: 10,
    accents: theme.series,
    properties: {
      title,
      creator: options.made_by,
      created: options.made_at,
      company: subject.organisation.name,
      description: `${workbook.about}. Verify with: vigil verify FILE`,
      application: "Vigil",
    },
  });
  try {
    const made = await fill(options, { workbook, subject, look: new Look(book.styles, theme, zone), book, title });
    options.progress?.(1, "finished");
    return made;
  } catch (error) {
    await book.abandon();
    throw error;
  }
}

interface Desk {
  workbook: Workbook;
  subject: Subject;
  look: Look;
  book: WorkbookWriter;
  title: string;
}

async function fill(options: MakeOptions, desk: Desk): Promise<MadeReport> {
  const { request, source } = options;
  const { workbook, subject, look, book, title } = desk;
  const page = pageText(title, request);
  const odoos = subject.instances.filter(({ internal }) => !internal);
  const without = odoos.length > 1 ? [] : ["instance"];
  const tables = workbook.tables
    .filter(
      (table) =>
        table.id !== "own-log" || subject.instances.some((one) => one.internal && filterOf(request, workbook, one)),
    )
    .map((table) => new TableSheet(book, table, look, page, { without, mostRows: options.rows_a_sheet }));
  const proof = new ProofRecorder(book);
  const places = await openPlaces();
  const figures = new Figures(
    look.zone,
    (ip) => places.place(ip).country ?? (ip === undefined ? "unknown" : "private network"),
  );
  await readAll(options, desk, { tables, proof, figures });
  for (const table of tables) table.finish();
  options.progress?.(0.93, "proofs");
  await proof.finish(source, subject.instances);

  const known = await fixedTables(workbook, subject, source, request);
  const fixed = [...known, proofTable(subject, proof)].map((table) => ({
    table,
    sealed: fixedSheet(book, table, look, page),
  }));
  const narrowed = filters(request).map(([name, value]) => `${name} ${value}`);
  const about = [subject.organisation.name, periodOf(request, figures), ...narrowed, `times in ${look.zone.name}`];
  const facts = { workbook, figures, subtitle: about.join(" · ") };
  const summary = writeSummary(book, look, page, facts);
  const cover = writeCover(book, look, page, {
    title: workbook.title,
    about: workbook.about,
    subject,
    made_at: options.made_at,
    made_by: options.made_by,
    vigil_version: options.vigil_version,
    period: { ...period(request), ...firstAndLast(figures) },
    filters: filters(request),
    figures,
    notices: await recordingNotices(options, desk, figures),
    unsigned: proof.unsigned,
    checkpoint: newestCheckpoint(subject, proof),
    tables,
    others: [
      ...fixed.map(({ table, sealed }) => ({
        name: sealed.sheet.name,
        about: table.about,
        rows: table.rows.length as number | null,
      })),
    ],
  });
  const sealed = [cover, summary, ...fixed.map((one) => one.sealed)];
  await writeManifest(options, desk, { tables, sealed, proof });
  options.signal?.throwIfAborted();
  options.progress?.(0.97, "packing");
  const order = [
    cover.sheet.name,
    summary.sheet.name,
    ...tables.flatMap((table) => table.sheets.map(({ name }) => name)),
    ...fixed.map((one) => one.sealed.sheet.name),
  ];
  const size_bytes = await book.save([...order, ...book.sheetNames.filter((name) => !order.includes(name))]);
  return { title, size_bytes, events: figures.events, rows: tables.reduce((sum, table) => sum + table.rows, 0) };
}

async function readAll(
  options: MakeOptions,
  { workbook, subject }: Desk,
  to: { tables: TableSheet[]; proof: ProofRecorder; figures: Figures },
): Promise<void> {
  const total = subject.instances.reduce((sum, one) => sum + one.head_seq, 0) || 1;
  let before = 0;
  for (const [index, instance] of subject.instances.entries()) {
    const filter = filterOf(options.request, workbook, instance);
    if (filter !== undefined) {
      const note = to.proof.begin(index, instance);
      for await (const page of readEvents(options.source, instance, filter)) {
        options.signal?.throwIfAborted();
        for (const { record, event } of page) {
          if (!isForReports(event, subject)) continue;
          to.figures.add(event);
          note(record);
          for (const taker of to.tables) {
            if (!takesFrom(taker.table, event)) continue;
            const band = taker.rows % 2 === 1;
            for (const row of taker.table.rows(event)) taker.write(row, band);
            await taker.drain();
          }
        }
        await to.proof.drain();
        options.progress?.(
          (0.92 * (before + (page.at(-1)?.event.seq ?? 0))) / total,
          `${to.figures.events.toLocaleString("en-US")} events`,
        );
      }
    }
    before += instance.head_seq;
  }
}

/** Filters may leave events about recording itself out: then they are counted apart. */
async function recordingNotices(
  { request, source }: MakeOptions,
  { workbook, subject }: Desk,
  figures: Figures,
): Promise<Notices> {
  const { from = "", to = "9999" } = request;
  const shown = filters(request).length === 0 && workbook.tables.includes(gaps);
  const began: Notices["began"] = [];
  let count = 0;
  for (const instance of subject.instances.filter(({ internal }) => !internal)) {
    for await (const [first] of readEvents(source, instance, { up_to_seq: 1 }))
      if (first !== undefined && first.event.occurred_at > from)
        began.push({ name: instance.name, at: first.event.occurred_at, after: first.event.occurred_at > to });
    if (shown) continue;
    const filter = { from: request.from, to: request.to, up_to_seq: instance.head_seq, kinds: ["tracking.*"] };
    for await (const page of readEvents(source, instance, filter)) count += page.length;
  }
  return { count: shown ? figures.gaps : count, shown, began };
}

async function writeManifest(
  options: MakeOptions,
  { workbook, subject, look, book }: Desk,
  written: { tables: TableSheet[]; sealed: SealedSheet[]; proof: ProofRecorder },
): Promise<void> {
  const cells = hidden(book, SHEETS.cells, ["sheet", "row", "marks"]);
  for (const { sheet, marks } of written.sealed) {
    for (const { row, marks: text } of marks) cells.row([sheet.name, row, text]);
    await cells.drain();
  }
  const manifest: Manifest = {
    version: 1,
    report: workbook.name,
    organisation: subject.organisation.id,
    organisation_name: subject.organisation.name,
    instances: subject.instances.map(({ id, name, head_seq, sealed_seq }) => ({ id, name, head_seq, sealed_seq })),
    filters: Object.fromEntries([...Object.entries(period(options.request)), ...filters(options.request)]),
    time_zone: look.zone.name,
    made_at: options.made_at.toISOString(),
    made_by: options.made_by,
    vigil_version: options.vigil_version,
    tables: written.tables.map((table) => ({
      id: table.table.id,
      columns: table.columns.map(({ id }) => id),
      sheets: table.sheets.map(({ name }) => name),
      first_row: FIRST_ROW,
      rows: table.rows,
    })),
    sheets: written.sealed.map((one) => one.end()),
    ...(subject.handovers.length === 0 ? {} : { handovers: subject.handovers }),
    events: written.proof.digest.end(),
  };
  const text = manifestText(manifest);
  const sheet = hidden(book, SHEETS.manifest, ["what", "text"]);
  for (const piece of pieces(text)) sheet.row(["manifest", piece]);
  sheet.row(["signature", await options.source.sign(manifestHash(text))]);
  sheet.row(["public_key", subject.public_key]);
}

export function zoneOf(request: ReportRequest, subject: Subject): Zone {
  const name = request.time_zone ?? subject.brand.time_zone;
  try {
    return new Zone(name);
  } catch {
    throw new ReportRequestError(`There is no time zone "${name}"; give one like Europe/Berlin or UTC.`);
  }
}

export function period({ from, to }: ReportRequest): { from?: string; to?: string } {
  const short = (time: string): string => time.slice(0, 19).replace("T", " ");
  return {
    ...(from === undefined ? {} : { from: `${short(from)} UTC` }),
    ...(to === undefined ? {} : { to: `${short(to)} UTC` }),
  };
}

export function filters(request: ReportRequest): [string, string][] {
  return (["user", "model", "record_id", "kind"] as const)
    .filter((key) => request[key] !== undefined)
    .map((key) => [key.replace("_", " "), String(request[key])]);
}

function firstAndLast(figures: Figures): { first?: string; last?: string } {
  const days = [...figures.byDay.keys()].sort();
  return days.length === 0 ? {} : { first: days[0]!, last: days.at(-1)! };
}

function periodOf(request: ReportRequest, figures: Figures): string {
  const { from, to } = period(request);
  const { first, last } = firstAndLast(figures);
  if (from === undefined && to === undefined)
    return first === undefined ? "nothing recorded yet" : `${first} to ${last}`;
  return `${from ?? "the beginning"} to ${to ?? "now"}`;
}

function pageText(title: string, request: ReportRequest): PageText {
  const safe = title.replaceAll("&", "&&");
  const filtered = filters(request)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")
    .replaceAll("&", "&&");
  return { header: `&L&8${safe}&C&8${filtered}&R&8&A`, footer: "&L&8Verify with: vigil verify FILE&R&8Page &P of &N" };
}

/** The newest checkpoint that covers something of this report. */
function newestCheckpoint(subject: Subject, proof: ProofRecorder) {
  const newest = proof.segments.filter(({ instance }) => !subject.instances[instance]!.internal).at(-1);
  if (newest === undefined) return undefined;
  const { segment } = newest;
  return {
    number: segment.number,
    instance: subject.instances[newest.instance]!.name,
    hash: segment.hash.toString("hex"),
    sealed_at: segment.sealed_at.replace(" ", "T"),
    last_seq: segment.last_seq,
  };
}
