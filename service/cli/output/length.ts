/** A duration as people say it: "45 s", "12 min", "1 h 12 min", "3 days 4 h". */
export function showLength(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  const minutes = Math.round(total / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return [`${hours} h`, minutes % 60 ? `${minutes % 60} min` : ""].filter(Boolean).join(" ");
  return [`${Math.floor(hours / 24)} days`, hours % 24 ? `${hours % 24} h` : ""].filter(Boolean).join(" ");
}

/** With how exact it is: "1 h 12 min ± 1 min". */
export function showLengthWithin(seconds: number, precision_s: number): string {
  return `${showLength(seconds)} ± ${showLength(precision_s)}`;
}

/** "2026-11-21 09:14": times are UTC, as everywhere in Vigil. */
export function showTime(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
