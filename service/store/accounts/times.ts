import { microseconds } from "../../chain/record.ts";
import type { Row } from "../database.ts";

/** Times of a row as the API writes them: ISO 8601, UTC, milliseconds. Nulls become absent keys. */
export function tidy<T>(row: Row): T {
  const result: Row = {};
  for (const [key, value] of Object.entries(row)) {
    if (value === null) continue;
    const time = typeof value === "string" && (key.endsWith("_at") || key === "blocked_until");
    result[key] = time ? microseconds(value).replace(/\d{3}Z$/, "Z") : value;
  }
  return result as T;
}
