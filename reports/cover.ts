import type { Figures } from "./figures.ts";
import { type Look, linesOf, TIME_FORMAT } from "./look.ts";
import { type PageText, SealedSheet, TABLE_HEAD, type TableSheet } from "./sheets.ts";
import type { Subject } from "./source.ts";
import {
  type Cell,
  type Picture,
  type Placed,
  pictureSize,
  quoteSheet,
  serialOf,
  type WorkbookWriter,
} from "./xlsx/index.ts";

/** What was told of recording itself in the period, also where the report leaves it out. */
export interface Notices {
  count: number;
  shown: boolean;
  /** instances whose recording began within the period, or after it */
  began: { name: string; at: string; after: boolean }[];
}

export interface CoverFacts {
  title: string;
  about: string;
  subject: Subject;
  made_at: Date;
  made_by: string;
  vigil_version: string;
  period: { from?: string; to?: string; first?: string; last?: string };
  filters: [string, string][];
  figures: Figures;
  notices: Notices;
  unsigned: number;
  checkpoint?: { number: number; instance: string; hash: string; sealed_at: string; last_seq: number } | undefined;
  tables: TableSheet[];
  others: { name: string; about: string; rows: number | null }[];
}

const COLUMNS = 4;
const TEXT_WIDTH = 68;
const LAST_WIDTH = 14;
/** a column's unit is a digit; words take less */
const LETTERS_A_UNIT = 1.15;

/** The first page: what this is, of whom, of when, what proves it, how to check it, and where to sign. */
export function writeCover(book: WorkbookWriter, look: Look, page: PageText, facts: CoverFacts): SealedSheet {
  const { theme } = look;
  const body = { size: 10, color: theme.ink, vertical: "top" as const };
  const plain = look.style({ ...body, wrap: true });
  const sheet = new SealedSheet(
    book.addSheet("Cover", {
      columns: [3, 25, TEXT_WIDTH, LAST_WIDTH].map((width) => ({ width, style: plain })),
      onePage: true,
      tabColor: theme.primary === "FFFFFF" ? theme.accent : theme.primary,
      ...page,
    }),
    look,
  );
  const bar = { fill: theme.primary, color: theme.onPrimary, vertical: "center" as const };
  const across = (value: string, style: number, height: number): void => {
    const filler = { value: null, style };
    sheet.row([filler, { value, style }, filler, filler], { height });
  };
  across("", look.style(bar), 14);
  across(facts.title, look.style({ ...bar, bold: true, size: 24 }), 40);
  across(facts.subject.organisation.name, look.style({ ...bar, size: 12 }), 20);
  across(periodText(facts), look.style({ ...bar, size: 11 }), 20);
  across("", look.style({ ...bar, border: { bottom: theme.accent, weight: "medium" } }), 14);
  const { logo } = facts.subject.brand;
  if (logo !== undefined) {
    const picture: Picture = {
      bytes: Buffer.from(logo.bytes),
      type: logo.type,
      alt: `Logo of ${facts.subject.organisation.name}`,
    };
    sheet.sheet.pictures.push({ picture, at: logoPlace(picture) });
  }
  const heading = look.style({
    bold: true,
    size: 11,
    color: theme.link,
    border: { bottom: theme.line },
    vertical: "bottom",
  });
  const section = (title: string): void => {
    sheet.row([], { height: 12 });
    sheet.row(
      [null, ...Array.from({ length: COLUMNS - 1 }, (_, i) => ({ value: i === 0 ? title : null, style: heading }))],
      { height: 22 },
    );
    sheet.row([], { height: 4 });
  };
  const label = look.style({ ...body, color: theme.muted });
  const line = (name: string, value: Cell, height?: number): void => {
    sheet.row([null, { value: name, style: label }, value], { height: height ?? heightOf(value) });
  };
  const time = look.style({ ...body, format: TIME_FORMAT, align: "left" });

  section("What this report covers");
  line("Report", facts.about);
  line("Organisation", facts.subject.organisation.name);
  for (const instance of facts.subject.instances.filter(({ internal }) => !internal)) {
    const odoo = instance.odoo_version === undefined ? "" : `, Odoo ${instance.odoo_version}`;
    const removed = instance.state === "removed" ? " (removed; its evidence is kept until retention takes it)" : "";
    line("Instance", `${instance.name}: database ${instance.db} at ${instance.url}${odoo}${removed}`);
  }
  line("Period", periodText(facts));
  line("Times", `${look.zone.name}; UTC stands beside`);
  line(
    "Filters",
    facts.filters.map(([name, value]) => `${name}: ${value}`).join("; ") || "none: everything of the period",
  );
  line("Made by", facts.made_by);
  line(`Made at (${look.zone.name})`, { value: look.zone.serial(facts.made_at.getTime()), style: time });
  line("Made at (UTC)", { value: serialOf(facts.made_at.getTime()), style: time });
  line("Versions", versions(facts));

  section("What proves it");
  for (const [name, value] of evidence(facts)) {
    const mono = /hash|key/i.test(name) ? look.style({ ...body, mono: true, size: 8, wrap: true }) : plain;
    line(name, { value, style: mono });
  }

  section("How to verify it");
  for (const [i, step] of steps(facts).entries()) line(`Step ${i + 1}`, step);

  section("Contents");
  const link = look.style({ ...body, color: theme.link, underline: true });
  const rows = look.style({ ...body, format: "#,##0", align: "right" });
  const right = look.style({ ...body, color: theme.muted, align: "right" });
  sheet.row([
    null,
    { value: "Sheet", style: label },
    { value: "What is in it", style: label },
    { value: "Rows", style: right },
  ]);
  const entries = [
    { name: "Summary", about: "Figures and charts, with the numbers they are drawn from", rows: null },
    ...facts.tables.flatMap(({ table, sheets, rows }) =>
      sheets.map((one, i) => ({
        name: one.name,
        about: i === 0 ? table.about : `… goes on: ${table.title}, part ${i + 1} of ${sheets.length}`,
        rows: rows === 0 ? 0 : one.rows - TABLE_HEAD,
      })),
    ),
    ...facts.others,
  ];
  for (const entry of entries)
    sheet.row(
      [
        null,
        { value: entry.name, style: link, link: `#${quoteSheet(entry.name)}!A1` },
        entry.about,
        { value: entry.rows, style: rows },
      ],
      { height: heightOf(entry.about) },
    );

  section("Sign-off");
  const rule = look.style({ ...body, border: { bottom: theme.ink } });
  for (const name of ["Reviewed by", "Role", "Date", "Signature"])
    sheet.row(
      [
        null,
        { value: name, style: look.style({ ...body, color: theme.muted, vertical: "bottom" }) },
        { value: null, style: rule },
      ],
      { height: 23 },
    );
  return sheet;
}

const pixelsOf = (width: number): number => width * 7 + 5;
/** of the bar's three lines of text, in pixels */
const BAR_HEIGHT = 106;
const LOGO = { width: 220, height: 90, margin: 8 };

/** At the right of the bar, as large as fits, in its own proportions. */
function logoPlace({ bytes, type }: Picture): Placed {
  const { width, height } = pictureSize(bytes, type) ?? { width: 1, height: 1 };
  const scale = Math.min(LOGO.width / width, LOGO.height / height);
  const size: Placed["size"] = [width * scale, height * scale];
  const [text, last] = [pixelsOf(TEXT_WIDTH), pixelsOf(LAST_WIDTH)];
  const x = text + last - LOGO.margin - size[0];
  const y = (BAR_HEIGHT - size[1]) / 2;
  return x < text ? { from: [2, 1], offset: [x, y], size } : { from: [3, 1], offset: [x - text, y], size };
}

function heightOf(cell: Cell): number {
  const value = typeof cell === "object" && cell !== null ? cell.value : cell;
  const lines = typeof value === "string" ? linesOf(value, TEXT_WIDTH * LETTERS_A_UNIT) : 1;
  return lines * 13 + 4;
}

function periodText({ period }: CoverFacts): string {
  const { from, to, first, last } = period;
  if (from === undefined && to === undefined)
    return first === undefined ? "Everything recorded so far: nothing yet" : `Everything recorded: ${first} to ${last}`;
  return `${from ?? "the beginning"} to ${to ?? "now"}`;
}

function versions({ subject, vigil_version }: CoverFacts): string {
  const addons = subject.instances
    .filter((one) => one.addon_version)
    .map((one) => `addon ${one.addon_version} on ${one.name}`);
  return [`Vigil ${vigil_version}`, ...addons].join("; ");
}

function evidence(facts: CoverFacts): [string, string][] {
  const { checkpoint, figures, unsigned } = facts;
  const signed = figures.events - unsigned;
  const purged = facts.subject.instances.flatMap((instance) =>
    instance.tombstones.map((stone) => ({ instance, stone })),
  );
  return [
    [
      "Events",
      figures.events === 0
        ? "none: nothing that matches was recorded in this period"
        : `${n(figures.events)}, of which ${n(signed)} lie under signed checkpoints${unsigned === 0 ? "" : `; ${n(unsigned)} arrived since the last checkpoint and are covered by this workbook's own signature only`}`,
    ],
    ...(checkpoint === undefined
      ? ([["Checkpoint", "none covers this report yet"]] as [string, string][])
      : ([
          [
            "Checkpoint",
            `number ${checkpoint.number} of ${checkpoint.instance}, up to seq ${n(checkpoint.last_seq)}, sealed ${checkpoint.sealed_at.slice(0, 19).replace("T", " ")} UTC`,
          ],
          ["Checkpoint's hash", checkpoint.hash],
        ] as [string, string][])),
    ["Public key", facts.subject.public_key],
    [
      "Each row",
      "names its event by its seq, which is its number in the chain of its instance, and by its hash; in print a hash is cut, its cell holds it whole",
    ],
    ["Completeness", completeness(facts)],
    ...(purged.length === 0 ? [] : ([["Purged", purgedText(purged)]] as [string, string][])),
  ];
}

function completeness({ notices: { count, shown, began } }: CoverFacts): string {
  const told = count === 1 ? "1 event about recording itself" : `${n(count)} events about recording itself`;
  const where = shown ? "see the sheet Gaps" : "see the sheet Gaps of an audit report of this period without filters";
  const first =
    count === 0
      ? "no interruption of recording was reported in this period"
      : `${told}${shown ? "" : ", not shown here"}: ${where}`;
  const starts = began.map(
    ({ name, at, after }) =>
      `recording of ${name} began at ${at.slice(0, 19).replace("T", " ")} UTC, ${after ? "after this period: nothing of it was recorded" : "and nothing before it is in this report"}`,
  );
  return (began.some(({ after }) => after) && count === 0 ? starts : [first, ...starts]).join("; ");
}

function purgedText(
  purged: { instance: { name: string }; stone: { first_seq: number; last_seq: number; received_on: string } }[],
): string {
  const events = purged.reduce((sum, { stone }) => sum + stone.last_seq - stone.first_seq + 1, 0);
  const days = purged.map(({ stone }) => stone.received_on).sort();
  return `${n(events)} events received from ${days[0]} to ${days.at(-1)} were purged by retention and are not in this report; ${n(purged.length)} signed tombstones attest to them (sheet Retention and holds)`;
}

function steps({ subject }: CoverFacts): string[] {
  return [
    "Run: vigil verify THIS-FILE.xlsx — it works offline and needs no access to the service.",
    "Compare the public key above with the one your organisation keeps, or give it: --key KEY.",
    `Compare the checkpoint's hash with a witness outside the service: Odoo's own copy (Vigil → Settings), the checkpoint file${subject.instances.length > 1 ? "s" : ""}, or the webhook's receiver.`,
    "The answer names each cell that is not as recorded. Sorting and filtering do no harm; changing a value does.",
  ];
}

const n = (value: number): string => value.toLocaleString("en-US");
