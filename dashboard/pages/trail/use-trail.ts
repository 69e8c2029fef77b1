import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { get, type Query } from "../../api/request.ts";
import { openStream } from "../../api/stream.ts";
import type { List, TrailEvent } from "../../api/types.ts";

const PAGE = 100;
/** What came live beyond this is dropped from memory; a reload of the page finds it in the store. */
const MOST_LIVE = 2_000;

export const trailPath = (instance: string | undefined): string =>
  instance ? `/api/instances/${encodeURIComponent(instance)}/audit-trail` : "/api/audit-trail";

/** Pages backwards by cursor. */
export function useTrail(instance: string | undefined, query: Query) {
  const path = trailPath(instance);
  const pages = useInfiniteQuery({
    queryKey: [path, query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      get<List<TrailEvent>>(path, { ...query, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (last) => last.next_cursor,
  });
  const events = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return { ...pages, events };
}

/** Events as they are stored, newest first; forgets them when the question changes. */
export function useLive(instance: string | undefined, query: Query, on: boolean) {
  const [events, setEvents] = useState<TrailEvent[]>([]);
  const [state, setState] = useState<"off" | "live" | "waiting">("off");
  const key = JSON.stringify([instance, query]);
  const waiting = useRef<TrailEvent[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for instance and query
  useEffect(() => {
    setEvents([]);
    if (!on) {
      setState("off");
      return;
    }
    // A burst is shown in one go, at most four times a second.
    const timer = setInterval(() => {
      if (waiting.current.length === 0) return;
      const arrived = waiting.current.reverse();
      waiting.current = [];
      setEvents((before) => [...arrived, ...before].slice(0, MOST_LIVE));
    }, 250);
    const path = instance ? `/api/instances/${encodeURIComponent(instance)}/stream` : "/api/stream";
    const { from: _from, to: _to, q: _q, ...filters } = query; // the present has no period
    const close = openStream(path, filters, {
      state: setState,
      message: ({ data, event }) => {
        if (event !== "event" && event !== "message") return;
        waiting.current.push(JSON.parse(data) as TrailEvent);
      },
    });
    return () => {
      clearInterval(timer);
      waiting.current = [];
      close();
    };
  }, [key, on]);
  return { events, state };
}
