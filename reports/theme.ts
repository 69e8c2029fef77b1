import { ReportRequestError } from "./errors.ts";

/** The colours of a report, RRGGBB. */
export interface Theme {
  name: string;
  title: string;
  about: string;
  /** title bars and headings, and the text on them */
  primary: string;
  onPrimary: string;
  /** thin accents: tabs, lines under titles */
  accent: string;
  ink: string;
  muted: string;
  line: string;
  /** lines of a chart, where those of tables would be too strong */
  grid?: string;
  band: string;
  /** fill of figures on the summary */
  tile: string;
  link: string;
  good: string;
  bad: string;
  warn: string;
  series: string[];
  /** patterns tell the bars of a chart apart, not colours */
  patterned?: boolean;
}

const LIGHT = { ink: "1F2937", muted: "5C6370", line: "E2E5EA", good: "136F36", bad: "B42318", warn: "9A4708" };

export const THEMES: readonly Theme[] = [
  {
    ...LIGHT,
    name: "indigo",
    title: "Indigo",
    about: "deep blue and violet; the default",
    primary: "312E81",
    onPrimary: "FFFFFF",
    accent: "6366F1",
    band: "F5F5FD",
    tile: "EEF0FE",
    link: "4338CA",
    series: ["4F46E5", "0EA5E9", "14B8A6", "F59E0B", "EC4899", "8B5CF6", "64748B", "84CC16"],
  },
  {
    ...LIGHT,
    name: "forest",
    title: "Forest",
    about: "calm greens",
    primary: "14532D",
    onPrimary: "FFFFFF",
    accent: "22A565",
    band: "F3F9F5",
    tile: "E6F4EB",
    link: "166534",
    series: ["15803D", "65A30D", "0D9488", "CA8A04", "7C9A92", "A16207", "4D7C0F", "475569"],
  },
  {
    ...LIGHT,
    name: "slate",
    title: "Slate",
    about: "grey with one blue; sober",
    primary: "1E293B",
    onPrimary: "FFFFFF",
    accent: "0284C7",
    band: "F6F8FA",
    tile: "EDF1F5",
    link: "0369A1",
    series: ["0369A1", "475569", "0891B2", "94A3B8", "1E3A5F", "64748B", "38BDF8", "334155"],
  },
  {
    ...LIGHT,
    name: "terracotta",
    title: "Terracotta",
    about: "warm reds and sand",
    primary: "7C2D12",
    onPrimary: "FFFFFF",
    accent: "EA580C",
    line: "EBE3DC",
    band: "FDF8F4",
    tile: "FBEFE6",
    link: "9A3412",
    series: ["C2410C", "D97706", "A16207", "B45309", "78716C", "9F1239", "65A30D", "0F766E"],
  },
  {
    ...LIGHT,
    name: "plum",
    title: "Plum",
    about: "Odoo's own purple",
    primary: "5B3A56",
    onPrimary: "FFFFFF",
    accent: "A24689",
    band: "FAF6F9",
    tile: "F4EAF2",
    link: "714B67",
    series: ["714B67", "21B799", "E46E78", "5B899E", "F0AD4E", "A24689", "2C8397", "6C757D"],
  },
  {
    name: "print",
    title: "Black and white",
    about: "for printing: no fills, no colours, bars instead of slices",
    primary: "FFFFFF",
    onPrimary: "000000",
    accent: "000000",
    ink: "000000",
    muted: "404040",
    line: "A0A0A0",
    band: "FFFFFF",
    tile: "FFFFFF",
    link: "000000",
    good: "000000",
    bad: "000000",
    warn: "000000",
    series: ["000000", "000000", "000000", "000000", "000000", "000000", "000000", "000000"],
    patterned: true,
  },
  {
    name: "contrast",
    title: "High contrast",
    about: "black and white with strong colours, at least 7:1 (WCAG AAA)",
    primary: "000000",
    onPrimary: "FFFF00",
    accent: "000000",
    ink: "000000",
    muted: "1A1A1A",
    line: "000000",
    grid: "767676",
    band: "FFFFFF",
    tile: "FFFFFF",
    link: "00008B",
    good: "004D00",
    bad: "8B0000",
    warn: "5C3300",
    series: ["00008B", "8B0000", "004D00", "4B0082", "5C3300", "000000", "003D4D", "660044"],
    patterned: true,
  },
];

/** Throws ReportRequestError. */
export function findTheme(name: string | undefined): Theme {
  if (name === undefined) return THEMES[0]!;
  const theme = THEMES.find((one) => one.name === name);
  if (theme === undefined)
    throw new ReportRequestError(
      `There is no theme "${name}"; choose one of ${THEMES.map((one) => one.name).join(", ")}.`,
    );
  return theme;
}

/** An organisation's own colour in the place of the theme's; print and contrast keep theirs, that is what they are for. */
export function branded(theme: Theme, color: string | undefined): Theme {
  if (color === undefined || theme.patterned) return theme;
  const [r, g, b] = [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255) as [
    number,
    number,
    number,
  ];
  const linear = (c: number): number => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const mix = (share: number): string =>
    [r, g, b]
      .map((c) =>
        Math.round((1 - (1 - c) * share) * 255)
          .toString(16)
          .padStart(2, "0")
          .toUpperCase(),
      )
      .join("");
  return {
    ...theme,
    primary: color.toUpperCase(),
    onPrimary: light > 0.35 ? "000000" : "FFFFFF",
    accent: color.toUpperCase(),
    band: mix(0.05),
    tile: mix(0.1),
    link: light > 0.25 ? theme.link : color.toUpperCase(),
    series: [color.toUpperCase(), ...theme.series.slice(1)],
  };
}
