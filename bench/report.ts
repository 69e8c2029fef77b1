/** A line of the table: a figure beside its bar and its peer, measured in the same run. */
export interface Row {
  what: string;
  figure: string;
  bar: string;
  peer: string;
  /** absent: no bar, or it could not be judged */
  met?: boolean | undefined;
}

/** The table as Markdown, the way it stands in the README. */
export function table(rows: Row[]): string {
  const lines = rows.map(
    ({ what, figure, bar, peer, met }) => `| ${what} | ${figure} | ${bar}${mark(met)} | ${peer} |`,
  );
  return ["| what | measured | bar | beside it |", "|---|---|---|---|", ...lines].join("\n");
}

function mark(met: boolean | undefined): string {
  return met === undefined ? "" : met ? " ✓" : " **missed**";
}
