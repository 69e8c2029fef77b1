import type { TrailPlace } from "../../store/trail.ts";
import { isSeqs, isTime, readCursor, writeCursor } from "../paging.ts";

export const trailCursor = ({ received_at, seqs }: TrailPlace): string => writeCursor({ t: received_at, s: seqs });

export function trailPlace(text: string): TrailPlace {
  const { t, s } = readCursor(text, isPlace);
  return { received_at: t, seqs: s };
}

function isPlace(place: unknown): place is { t: string; s: Record<string, number> } {
  const { t, s } = (place ?? {}) as { t?: unknown; s?: unknown };
  return isTime(t) && isSeqs(s);
}
