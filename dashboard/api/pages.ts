import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, type Query } from "./request.ts";
import type { List } from "./types.ts";

export interface Pages<T> {
  /** of all pages so far; undefined before the first */
  data: T[] | undefined;
  total: number | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** A list read page by page through its cursors. What is asked again by itself is asked less often the longer it is. */
export function usePages<T>(
  path: string,
  query: Query = {},
  options: { limit?: number; refresh_ms?: number | ((shown: T[]) => number); enabled?: boolean } = {},
): Pages<T> {
  const { limit = 50, refresh_ms, enabled = true } = options;
  const pages = useInfiniteQuery({
    queryKey: [path, query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => get<List<T>>(path, { ...query, limit, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor,
    enabled,
    refetchInterval: ({ state }) => {
      if (!refresh_ms) return false;
      const pages = state.data?.pages ?? [];
      const once = typeof refresh_ms === "number" ? refresh_ms : refresh_ms(pages.flatMap(({ items }) => items));
      return once * Math.max(pages.length, 1) ** 2;
    },
  });
  const data = useMemo(() => pages.data?.pages.flatMap(({ items }) => items), [pages.data]);
  const { error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  return { data, total: pages.data?.pages[0]?.total, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage };
}
