import type { Query } from "../../api/request.ts";
import type { Search } from "../../app/search.ts";
import { PERIODS } from "../../parts/periods.ts";

/** Keys of the address that the trail's routes take as they stand. */
export const FILTERS = [
  "category",
  "severity",
  "user",
  "model",
  "record_id",
  "kind",
  "session",
  "request_id",
  "transaction",
  "from",
  "to",
  "q",
] as const;
export type FilterKey = (typeof FILTERS)[number];

/** The address as the service's query. A period is counted back from the full minute, so the question stays the same. */
export function toQuery(search: Search, now = Date.now()): Query {
  const query: Query = {};
  for (const key of FILTERS) if (search[key] && (key !== "q" || search[key].length > 1)) query[key] = search[key];
  const hours = search.period && PERIODS[search.period];
  if (hours && !search.from) query.from = new Date(Math.floor(now / 60_000) * 60_000 - hours * 3_600_000).toISOString();
  return query;
}

export const isFiltered = (search: Search): boolean => Boolean(search.period) || FILTERS.some((key) => search[key]);

export const noFilter: Search = { ...Object.fromEntries(FILTERS.map((key) => [key, undefined])), period: undefined };

export interface SavedFilter {
  name: string;
  search: Search;
}
const SAVED = "vigil.filters";

export function savedFilters(): SavedFilter[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(SAVED) ?? "[]");
    return Array.isArray(value) ? (value as SavedFilter[]).filter(({ name, search }) => name && search) : [];
  } catch {
    return []; // somebody else's text under our name: as good as none
  }
}

export function saveFilter(name: string, search: Search): void {
  const kept = savedFilters().filter((each) => each.name !== name);
  localStorage.setItem(SAVED, JSON.stringify([...kept, { name, search }]));
}

export function forgetFilter(name: string): void {
  localStorage.setItem(SAVED, JSON.stringify(savedFilters().filter((each) => each.name !== name)));
}
