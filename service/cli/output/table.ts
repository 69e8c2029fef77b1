import { type Paint, padEnd, padStart, width } from "./style.ts";

/** Rows under headings, columns as wide as their widest cell. `right`: headings of columns that hold numbers. */
export function table(headings: string[], rows: string[][], paint: Paint, right: string[] = []): string {
  const widths = headings.map((heading, index) =>
    Math.max(width(heading), ...rows.map((row) => width(row[index] ?? ""))),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, index) =>
        right.includes(headings[index]!) ? padStart(cell, widths[index]!) : padEnd(cell, widths[index]!),
      )
      .join("  ")
      .trimEnd();
  return [paint("dim", line(headings)), ...rows.map(line)].map((text) => `${text}\n`).join("");
}
