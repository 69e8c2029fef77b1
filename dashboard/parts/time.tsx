import { language, locale, t } from "../i18n/index.ts";

type Style = "moment" | "clock" | "day" | "ago";
const formats = new Map<string, Intl.DateTimeFormat>();

function format(style: Style): Intl.DateTimeFormat {
  const key = `${language()} ${style}`;
  const found = formats.get(key);
  if (found) return found;
  const options: Intl.DateTimeFormatOptions =
    style === "clock"
      ? { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }
      : style === "day"
        ? { year: "numeric", month: "short", day: "numeric" }
        : {
            year: "numeric",
            month: "short",
            day: "2-digit",
            hour: "2-digit",
            minute: "2-digit",
            second: "2-digit",
            hourCycle: "h23",
          };
  const made = new Intl.DateTimeFormat(locale(), options);
  formats.set(key, made);
  return made;
}

export const showTime = (at: string, style: Style = "moment"): string => format(style).format(new Date(at));
export const utc = (at: string): string => `${at.slice(0, 19).replace("T", " ")}${/\.\d{3}/.exec(at)?.[0] ?? ""} UTC`;

export function ago(at: string, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return Math.abs(seconds) < 5 ? t("just now") : format.format(seconds, "second");
}

/** In the reader's zone; the moment in UTC on hover and for machines. */
export function Time({ at, style = "moment" }: { at: string | null | undefined; style?: Style }) {
  if (!at) return <span className="quiet">—</span>;
  return (
    <time dateTime={at} title={style === "moment" ? utc(at) : `${showTime(at)} · ${utc(at)}`} className="nowrap">
      {style === "ago" ? ago(at) : showTime(at, style)}
    </time>
  );
}

/** 4,530 s as "1 h 15 min"; a precision of a minute is said once, beside the figure. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.round(minutes / 1440)} d`;
}
