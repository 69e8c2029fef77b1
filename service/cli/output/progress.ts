import type { Terminal } from "../../control/terminal.ts";
import { count, cut, painter } from "./style.ts";

/** A line that renews itself on a terminal, and stays silent in a pipe or a log file. */
export interface Progress {
  /** `total` may be an estimate that grows; absent: only the count is shown */
  update(done: number, total?: number | undefined, note?: string): Promise<void>;
  /** takes the line away, so that the summary stands alone */
  end(): Promise<void>;
}

const WIDTH = 28;
/** 20 frames a second look smooth; more only costs (the simulator pulls 30,000 events a second). */
const FRAME_MS = 50;

export function progress(terminal: Terminal, label: string, now: () => number = Date.now): Progress {
  if (!terminal.shape.progress) return { update: async () => {}, end: async () => {} };
  const paint = painter(terminal.shape.color);
  const startedAt = now();
  let drawnAt = 0;
  return {
    async update(done, total, note = "") {
      if (now() - drawnAt < FRAME_MS && done !== total) return;
      drawnAt = now();
      const seconds = Math.max((drawnAt - startedAt) / 1000, 0.001);
      const share = total ? Math.min(done / total, 1) : undefined;
      const bar =
        share === undefined
          ? ""
          : ` ${paint("cyan", "━".repeat(Math.round(share * WIDTH)))}${paint("dim", "━".repeat(WIDTH - Math.round(share * WIDTH)))}`;
      const figures = total ? `${count(done)} of ${count(Math.max(total, done))}` : count(done);
      const rate = seconds >= 0.5 ? `  ${count(Math.round(done / seconds))}/s` : "";
      const room = Math.max(
        0,
        (terminal.shape.columns ?? 100) - label.length - WIDTH - figures.length - rate.length - 8,
      );
      await terminal.err(
        `\r\u001b[K${label}${bar}  ${figures}${rate}${note ? `  ${paint("dim", cut(note, room))}` : ""}`,
      );
    },
    async end() {
      if (drawnAt) await terminal.err("\r\u001b[K");
    },
  };
}
