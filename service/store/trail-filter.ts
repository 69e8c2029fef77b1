import type { Category, Severity } from "../../odoo_addon_client/event.ts";

/** What the trail is asked for; all given conditions must hold. `from` and `to` as in EventFilter. */
export interface TrailFilter {
  category?: Category | undefined;
  severity?: Severity | undefined;
  user?: string | undefined;
  model?: string | undefined;
  record_id?: number | undefined;
  kind?: string | undefined;
  session?: string | undefined;
  request_id?: string | undefined;
  transaction?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** free text, anywhere in names, logins and changes, without regard to case */
  q?: string | undefined;
}

const EQUAL: [Exclude<keyof TrailFilter, "from" | "to" | "q">, string][] = [
  ["category", "e.category"],
  ["severity", "e.severity"],
  ["user", "e.user_login"],
  ["model", "e.model"],
  ["record_id", "e.record_id"],
  ["kind", "e.kind"],
  ["session", "e.session"],
  ["request_id", "e.request_id"],
  ["transaction", "e.transaction"],
];
/** the texts that `q` looks into */
const TEXTS =
  "concat_ws(' ', e.record_name, e.model_label, e.model, e.kind, e.user_name, e.user_login, e.changes::text, e.details::text)";

/** Conditions on `e`, their values pushed to `parameters`. */
export function trailConditions(filter: TrailFilter, parameters: unknown[], withText = true): string[] {
  const where: string[] = [];
  const add = (sql: string, value: unknown): void => {
    parameters.push(value);
    where.push(sql.replace("?", `$${parameters.length}`));
  };
  for (const [key, column] of EQUAL) if (filter[key] !== undefined) add(`${column} = ?`, filter[key]);
  // `+ interval`: the slots have chosen the range already, and an index on the time would only lead into sorting all of it
  if (filter.from !== undefined) add("e.occurred_at + interval '0' >= ?::timestamptz", filter.from);
  if (filter.to !== undefined) {
    const { time, exclusive } = upperBound(filter.to);
    add(`e.occurred_at + interval '0' ${exclusive ? "<" : "<="} ?::timestamptz`, time);
  }
  if (withText && filter.q !== undefined) add(`${TEXTS} ILIKE ?`, `%${filter.q.replace(/[\\%_]/g, "\\$&")}%`);
  return where;
}

/** Inclusive as people see it: events are shown in milliseconds, so `…03.120Z` includes 120.999 ms, `…03Z` its whole second. */
export function upperBound(to: string): { time: string; exclusive: boolean } {
  const fraction = /\.(\d+)/.exec(to)?.[1] ?? "";
  if (fraction.length > 3) return { time: to, exclusive: false };
  const step_ms = fraction.length === 0 ? 1000 : 1;
  return { time: new Date(new Date(to).getTime() + step_ms).toISOString(), exclusive: true };
}

/**
 * Which index gives the order. `by_seq`: one that ends in seq or finds few rows at all; `by_day`: the key, walked from
 * its end, because what is asked for is common (or the planner finds an index and sorts).
 */
export function orderFor(filter: TrailFilter): "by_seq" | "by_day" {
  const rare =
    isSelective(filter) ||
    filter.user !== undefined ||
    (filter.kind !== undefined && filter.kind !== "record.updated" && filter.kind !== "record.created") ||
    (filter.category !== undefined && filter.category !== "data") ||
    (filter.severity !== undefined && filter.severity !== "low");
  return rare ? "by_seq" : "by_day";
}

/** Finds so few events that asking every partition at once is cheaper than walking back through them. */
export function isSelective({ record_id, model, session, request_id, transaction }: TrailFilter): boolean {
  return (
    (record_id !== undefined && model !== undefined) ||
    session !== undefined ||
    request_id !== undefined ||
    transaction !== undefined
  );
}
