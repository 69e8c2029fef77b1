import type { TrailFilter } from "../../store/trail-filter.ts";
import type { EventQuery } from "../contract/events.ts";
import { Problem } from "../problem.ts";

/** What the query asks for, its times checked and complete. Throws Problem for a day that does not exist. */
export function filterOf(query: Omit<EventQuery, "limit" | "cursor" | "offset" | "order">): TrailFilter {
  const { from, to, ...rest } = query;
  if (rest.record_id !== undefined && rest.model === undefined) {
    throw new Problem("invalid-request", "`record_id` says nothing without `model`.", {
      errors: [{ path: "querystring/model", message: "must be given with record_id" }],
    });
  }
  const filter: TrailFilter = {};
  for (const key of [
    "category",
    "severity",
    "user",
    "model",
    "record_id",
    "kind",
    "session",
    "request_id",
    "transaction",
    "q",
  ] as const) {
    if (rest[key] !== undefined) Object.assign(filter, { [key]: rest[key] });
  }
  if (from !== undefined) filter.from = moment(from, "from", "T00:00:00.000000Z");
  if (to !== undefined) filter.to = moment(to, "to", "T23:59:59.999999Z");
  return filter;
}

/** A day alone means all of it; a time to the minute, its first second. */
export function moment(text: string, name: string, restOfDay: string): string {
  let full = text.length === 10 ? text + restOfDay : text;
  if (/T\d\d:\d\d(Z|[+-]|$)/.test(full)) full = full.replace(/(T\d\d:\d\d)/, "$1:00");
  if (!/(Z|[+-]\d\d:\d\d)$/.test(full)) full += "Z";
  const time = new Date(full);
  // a 30 February becomes a March: compare what came out
  if (Number.isNaN(time.getTime()) || (full.endsWith("Z") && time.toISOString().slice(0, 10) !== full.slice(0, 10))) {
    throw new Problem("invalid-request", `\`${name}\` is no time that exists.`, {
      errors: [{ path: `querystring/${name}`, message: "must be a time that exists" }],
    });
  }
  return full.endsWith("Z") ? full : time.toISOString();
}
