import { queryOptions } from "@tanstack/react-query";
import { get, type Query } from "./request.ts";
import type { Instance, List } from "./types.ts";

/** A GET as a query: its key is its address, so what is asked twice is asked once. */
export const reading = <T>(path: string, query: Query = {}) =>
  queryOptions({ queryKey: [path, query], queryFn: ({ signal }) => get<T>(path, query, signal) });

export const instancesQuery = queryOptions({
  ...reading<List<Instance>>("/api/instances"),
  refetchInterval: 15_000,
});
