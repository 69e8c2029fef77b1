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
