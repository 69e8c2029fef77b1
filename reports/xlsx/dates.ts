/* Excel's dates are days since 1899-12-30, without a zone: what is written is the wall clock of the zone asked for. */

const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1899, 11, 30);

/** Serial number of a time in UTC milliseconds. */
export function serialOf(ms: number): number {
  return (ms - EPOCH_MS) / DAY_MS;
}

export function msOf(serial: number): number {
  return Math.round(serial * DAY_MS) + EPOCH_MS;
}

/** 1900-03-01 to 9999-12-31: what every spreadsheet shows alike. */
export function isDatable(ms: number): boolean {
  return ms >= Date.UTC(1900, 2, 1) && ms < Date.UTC(10_000, 0, 1);
}

/** Offsets change at quarter hours at the finest; one Intl call a quarter hour instead of one a row (1.5 µs each). */
const QUARTER_MS = 900_000;

/** The wall clock of a zone. Throws RangeError for a zone that does not exist. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  offsetMs(ms: number): number {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * QUARTER_MS;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(start)) parts[type] = Number(value);
    const wall = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
    if (this.#offsets.size > 50_000) this.#offsets.clear();
    this.#offsets.set(quarter, wall - start);
    return wall - start;
  }

  /** Serial number of the wall clock at that moment. */
  serial(ms: number): number {
    return serialOf(ms + this.offsetMs(ms));
  }

  /** "2026-11-21" there. */
  day(ms: number): string {
    return new Date(ms + this.offsetMs(ms)).toISOString().slice(0, 10);
  }

  /** The moment at which that wall clock time is; the earlier one when a clock is set back. */
  at(wallMs: number): number {
    const guess = wallMs - this.offsetMs(wallMs);
    return wallMs - this.offsetMs(guess);
  }
}
