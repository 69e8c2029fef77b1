import { byTime, type FigureName, type Figures, largest } from "./figures.ts";
import { FONT, type Look } from "./look.ts";
import { type PageText, SealedSheet } from "./sheets.ts";
import type { ChartName, Workbook } from "./workbook.ts";
import type { Cell, Chart, WorkbookWriter } from "./xlsx/index.ts";

const COLUMNS = 12;
const WIDTH = 12.5;
const TILES_A_ROW = 4;
const CHART_ROWS = 16;
/** of a table of numbers: as wide as its chart, the last column between two of them */
const TABLE_COLUMNS = COLUMNS / 2;
const NUMBER_COLUMN = TABLE_COLUMNS - 2;
const MOST_BARS = 10;
/** more of them fill their page: the tables begin on the next */
const CHARTS_BESIDE_TABLES = 4;
/** of a column */
const CHART_GAP = 0.2;

interface Series {
  name: ChartName;
  title: string;
  type: Chart["type"];
  heading: string;
  rows: [string, number][];
}

/** Figures at a glance, charts, and below them the numbers the charts are drawn from. */
export function writeSummary(
  book: WorkbookWriter,
  look: Look,
  page: PageText,
  facts: { workbook: Workbook; figures: Figures; subtitle: string },
): SealedSheet {
  const { theme } = look;
  const plain = look.style({ size: 9, color: theme.ink });
  const sheet = new SealedSheet(
    book.addSheet("Summary", {
      columns: Array.from({ length: COLUMNS }, () => ({ width: WIDTH, style: plain })),
      tabColor: theme.accent,
      ...page,
    }),
    look,
  );
  const ink = theme.primary === "FFFFFF" ? theme.ink : theme.primary;
  sheet.row([{ value: "Summary", style: look.style({ bold: true, size: 18, color: ink, vertical: "center" }) }], {
    height: 30,
  });
  sheet.row([{ value: facts.subtitle, style: look.style({ size: 10, color: theme.muted }) }], { height: 18 });
  sheet.row([], { height: 8 });
  tiles(sheet, look, facts);
  if (facts.figures.events === 0)
    sheet.row([
      {
        value: "Nothing that matches was recorded in this period.",
        style: look.style({ italic: true, size: 10, color: theme.muted }),
      },
    ]);
  const series = facts.workbook.charts
    .map((name) => seriesOf(name, facts.figures))
    .filter(({ rows }) => rows.length > 0);
  const firstChart = sheet.sheet.rows;
  const chartRows = Math.ceil(series.length / 2) * CHART_ROWS;
  for (let i = 0; i < chartRows; i++) sheet.row([]);
  if (series.length > CHARTS_BESIDE_TABLES) sheet.sheet.pageBreaks.push(sheet.sheet.rows);
  const places = dataTables(sheet, look, series);
  for (const [i, one] of series.entries()) {
    const column = (i % 2) * (COLUMNS / 2);
    const row = firstChart + Math.floor(i / 2) * CHART_ROWS;
    sheet.sheet.charts.push({
      chart: chartOf(one, sheet.sheet.name, places[i]!, look),
      at: { from: [column, row], to: [column + COLUMNS / 2 - CHART_GAP, row + CHART_ROWS - 1] },
    });
  }
  return sheet;
}

/** How a figure is called, and the colour that it takes when it is not zero. */
const FIGURES: Record<FigureName, [words: string, color?: "warn" | "bad"]> = {
  events: ["events"],
  created: ["records created"],
  updated: ["records changed"],
  deleted: ["records deleted", "warn"],
  reads: ["reads"],
  exports: ["exports"],
  refused: ["operations refused", "bad"],
  failed: ["operations failed"],
  privileged: ["privileged actions", "warn"],
  logins: ["logins"],
  failedLogins: ["failed logins", "bad"],
  sessionsEnded: ["sessions ended"],
  findings: ["findings", "bad"],
  gaps: ["recording notices", "warn"],
};

function tiles(sheet: SealedSheet, look: Look, { workbook, figures }: { workbook: Workbook; figures: Figures }): void {
  const { theme } = look;
  const edge = theme.tile === "FFFFFF" ? { border: { top: theme.ink, weight: "thin" as const } } : {};
  const list = workbook.figures.map((figure): [string, number, string] => {
    const [name, loud] = FIGURES[figure];
    const value = figures[figure];
    return [name, value, value > 0 && loud !== undefined ? theme[loud] : theme.ink];
  });
  const span = COLUMNS / TILES_A_ROW;
  for (let first = 0; first < list.length; first += TILES_A_ROW) {
    const numbers: Cell[] = [];
    const words: Cell[] = [];
    for (const [name, value, color] of list.slice(first, first + TILES_A_ROW)) {
      const number = look.style({
        bold: true,
        size: 18,
        color,
        fill: theme.tile,
        format: "#,##0",
        align: "left",
        indent: 1,
        vertical: "bottom",
        ...edge,
      });
      const word = look.style({
        size: 9,
        color: theme.muted,
        fill: theme.tile,
        align: "left",
        indent: 1,
        vertical: "top",
      });
      for (let i = 0; i < span; i++) {
        // the last column of a tile stays white: the space between two
        const isSpace = i === span - 1;
        numbers.push(isSpace ? null : { value: i === 0 ? value : null, style: number });
        words.push(isSpace ? null : { value: i === 0 ? name : null, style: word });
      }
    }
    sheet.row(numbers, { height: 30 });
    sheet.row(words, { height: 18 });
    sheet.row([], { height: 8 });
  }
}

function seriesOf(name: ChartName, figures: Figures): Series {
  switch (name) {
    case "time": {
      const { unit, rows } = byTime(figures.byDay);
      return {
        name,
        title: `Events by ${unit}`,
        type: rows.length > 45 ? "line" : "column",
        heading: unit === "day" ? "Day" : "Month",
        rows,
      };
    }
    case "hour":
      return {
        name,
        title: "Events by hour of the day",
        type: "column",
        heading: "Hour",
        rows: figures.byHour.size === 0 ? [] : hours(figures.byHour),
      };
    case "operation":
      return {
        name,
        title: "Events by operation",
        type: "pie",
        heading: "Operation",
        rows: largest(figures.byOperation, 8),
      };
    case "model":
      return {
        name,
        title: "Events by model",
        type: "bar",
        heading: "Model",
        rows: largest(figures.byModel, MOST_BARS),
      };
    case "user":
      return { name, title: "Events by user", type: "bar", heading: "User", rows: largest(figures.byUser, MOST_BARS) };
    case "country":
      return {
        name,
        title: "Logins and failed attempts by country",
        type: "bar",
        heading: "Country",
        rows: largest(figures.byCountry, MOST_BARS),
      };
  }
}

function hours(counts: Map<string, number>): [string, number][] {
  return Array.from({ length: 24 }, (_, hour) => {
    const key = String(hour).padStart(2, "0");
    return [`${key}:00`, counts.get(key) ?? 0];
  });
}

/** A name and a number for each, below their charts in twos; answers where each begins. */
function dataTables(sheet: SealedSheet, look: Look, series: Series[]): { column: number; row: number }[] {
  const { theme } = look;
  const head = look.style({
    bold: true,
    size: 9,
    color: theme.onPrimary,
    fill: theme.primary,
    border: { bottom: theme.accent },
  });
  const right = look.style({
    bold: true,
    size: 9,
    color: theme.onPrimary,
    fill: theme.primary,
    align: "right",
    border: { bottom: theme.accent },
  });
  const text = look.style({ size: 9, color: theme.ink, border: { bottom: theme.line, weight: "hair" } });
  const number = look.style({
    size: 9,
    color: theme.ink,
    format: "#,##0",
    border: { bottom: theme.line, weight: "hair" },
  });
  const places: { column: number; row: number }[] = [];
  const across = (first: Cell, last: Cell, between: number): Cell[] => [
    first,
    ...Array.from({ length: NUMBER_COLUMN - 1 }, () => ({ value: null, style: between })),
    last,
  ];
  for (let first = 0; first < series.length; first += 2) {
    const group = series.slice(first, first + 2);
    const headRow = sheet.row(
      group.flatMap(({ heading }, i) => [
        ...(i === 0 ? [] : [null]),
        ...across({ value: heading, style: head }, { value: "Events", style: right }, head),
      ]),
    );
    for (const [i] of group.entries()) places.push({ column: i * TABLE_COLUMNS, row: headRow + 1 });
    const longest = Math.max(...group.map(({ rows }) => rows.length));
    for (let at = 0; at < longest; at++)
      sheet.row(
        group.flatMap(({ rows }, i): Cell[] => {
          const row = rows[at];
          const cells: Cell[] =
            row === undefined
              ? Array.from({ length: NUMBER_COLUMN + 1 }, () => null)
              : across({ value: row[0], style: text }, { value: row[1], style: number }, text);
          return i === 0 ? cells : [null, ...cells];
        }),
      );
    sheet.row([], { height: 10 });
  }
  return places;
}

function chartOf(series: Series, sheet: string, place: { column: number; row: number }, look: Look): Chart {
  const { theme } = look;
  const name = (column: number): string => String.fromCharCode(65 + column);
  const last = place.row + series.rows.length - 1;
  const range = (column: number): string => `$${name(column)}$${place.row}:$${name(column)}$${last}`;
  return {
    // slices of black and white cannot be told apart
    type: theme.patterned && series.type === "pie" ? "bar" : series.type,
    title: series.title,
    sheet,
    categories: { ref: range(place.column), values: series.rows.map(([key]) => key) },
    series: [
      { name: "Events", ref: range(place.column + NUMBER_COLUMN), values: series.rows.map(([, value]) => value) },
    ],
    colors: theme.series,
    textColor: theme.ink,
    gridColor: theme.grid ?? theme.line,
    font: FONT,
    ...(theme.patterned ? { patterned: true } : {}),
  };
}
