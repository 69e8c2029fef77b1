import { Problem } from "./problem.ts";

/** A cursor's text: opaque to callers, so that what is inside may change. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Back from its text; `check` says whether it is one of ours. Throws Problem otherwise. */
export function readCursor<T>(text: string, check: (place: unknown) => place is T): T {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (check(place)) return place;
  } catch {
    // not JSON: said below
  }
  throw new Problem("invalid-request", "The cursor is not one that this address gave out; begin again without it.", {
    errors: [{ path: "querystring/cursor", message: "must be a next_cursor" }],
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** What a cursor may hold: these go to the store as they are. */
export const isUuid = (value: unknown): value is string => typeof value === "string" && UUID.test(value);
/** ISO 8601 UTC with six decimals, of a day that there is. */
export const isTime = (value: unknown): value is string =>
  typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value));
/** How far each instance was read, by its id. */
export const isSeqs = (value: unknown): value is Record<string, number> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([id, seq]) => isUuid(id) && Number.isSafeInteger(seq) && seq >= 0);
