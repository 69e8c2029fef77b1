import type { TrailPlace } from "../../store/trail.ts";
import { readCursor, writeCursor } from "../paging.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const trailCursor = ({ received_at, seqs }: TrailPlace): string => writeCursor({ t: received_at, s: seqs });

export function trailPlace(text: string): TrailPlace {
  const { t, s } = readCursor(text, isPlace);
  return { received_at: t, seqs: s };
}

function isPlace(place: unknown): place is { t: string; s: Record<string, number> } {
  const { t, s } = (place ?? {}) as { t?: unknown; s?: unknown };
  if (typeof t !== "string" || !TIME.test(t) || Number.isNaN(Date.parse(t))) return false;
  if (typeof s !== "object" || s === null || Array.isArray(s)) return false;
  return Object.entries(s).every(([id, seq]) => UUID.test(id) && Number.isSafeInteger(seq) && (seq as number) >= 0);
}
