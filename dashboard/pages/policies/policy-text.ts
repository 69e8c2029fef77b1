import type { SessionPolicy } from "../../api/types.ts";

/* Lists of a policy as lines of text: quicker to read, to type and to paste than rows of little boxes. */

export const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export const minutesText = (rows: [name: string, minutes: number | null][]): string =>
  rows.map(([name, minutes]) => `${name} = ${minutes ?? "never"}`).join("\n");

export function minutesOf(text: string): [name: string, minutes: number | null][] {
  return lines(text).map((line) => {
    const match = /^(\S.*?)\s*=\s*(\d+|never)$/.exec(line);
    if (!match) throw new Error(`“${line}” is not of the form NAME = MINUTES.`);
    return [match[1]!, match[2] === "never" ? null : Number(match[2])];
  });
}

type Hours = SessionPolicy["allowed_hours"][number];

export const hoursText = (rows: Hours[]): string =>
  rows.map(({ days, from, to, tz }) => `${daysText(days)} ${from}-${to} ${tz}`).join("\n");

export function hoursOf(text: string): Hours[] {
  return lines(text).map((line) => {
    const match = /^([1-7,-]+)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s+(\S+)$/.exec(line);
    if (!match) throw new Error(`“${line}” is not of the form 1-5 08:00-18:00 Europe/Berlin.`);
    const days = match[1]!.split(",").flatMap((part) => {
      const [first, last = first] = part.split("-").map(Number);
      return Array.from({ length: Math.max(0, last! - first! + 1) }, (_, index) => first! + index);
    });
    return { days, from: match[2]!, to: match[3]!, tz: match[4]! };
  });
}

/** 1,2,3,4,5 as "1-5". */
function daysText(days: number[]): string {
  const sorted = [...days].sort();
  const runs: number[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]}-${run.at(-1)}` : `${run[0]}`)).join(",");
}
