import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import "./trail.css";
import { instancesQuery, reading } from "../../api/queries.ts";
import type { TrailEvent } from "../../api/types.ts";
import { useKeys } from "../../app/keys.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { NoInstance } from "../../parts/instance-picker.tsx";
import { Page } from "../../parts/page.tsx";
import { Empty, ErrorState, Loading, NotAllowed } from "../../parts/states.tsx";
import { EventDetail } from "./event-detail.tsx";
import { EventRow } from "./event-row.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { isFiltered, noFilter, toQuery } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";
import { SavedFilters } from "./saved-filters.tsx";
import { trailPath, useLive, useTrail } from "./use-trail.ts";

export const TRAIL_NEEDS = "view:audit_logs";

export function TrailPage() {
  const may = useMay();
  if (!may(TRAIL_NEEDS)) return <NotAllowed what={TRAIL_NEEDS} />;
  return <Trail />;
}

function Trail() {
  const may = useMay();
  const [search, change] = useAddress();
  const [live, setLive] = useState(true);
  const [exporting, setExporting] = useState(false);
  const query = useStable(toQuery(search));
  const canLive = !search.to && !search.q;
  const past = useTrail(search.instance, query);
  const stream = useLive(search.instance, query, live && canLive);
  const events = useMemo(() => merge(stream.events, past.events), [stream.events, past.events]);
  const instances = useQuery(instancesQuery).data?.items;
  const key = (event: TrailEvent) => `${event.instance}:${event.seq}`;
  const at = events.findIndex((event) => key(event) === search.event);
  const open = (event: TrailEvent | undefined): void => change({ event: event && key(event) });
  const selected = useSelected(search.event, events[at]);

  useKeys({
    v: () => setLive(!live),
    j: () => open(events[Math.min(at + 1, events.length - 1)]),
    k: () => open(events[Math.max(at - 1, 0)]),
    Escape: () => open(undefined),
  });

  return (
    <Page
      title={t("Audit trail")}
      fill
      actions={
        <>
          <SavedFilters />
          <LiveButton state={canLive ? stream.state : "off"} onClick={() => setLive(!live)} disabled={!canLive} />
          {may("export:audit_logs") && (
            <Button icon="download" onClick={() => setExporting(true)}>
              {t("Export")}
            </Button>
          )}
        </>
      }
    >
      <FilterBar />
      <div className={`trail ${selected ? "with-detail" : ""}`}>
        {past.error ? (
          <ErrorState error={past.error} retry={() => void past.refetch()} />
        ) : past.isPending ? (
          <Loading lines={14} />
        ) : events.length === 0 ? (
          instances?.length === 0 ? (
            <NoInstance />
          ) : (
            <Empty
              icon="trail"
              title={isFiltered(search) ? t("Nothing matches") : t("No events yet")}
              action={
                isFiltered(search) && <Button onClick={() => change({ ...noFilter })}>{t("Clear the filter")}</Button>
              }
            >
              <p>
                {isFiltered(search)
                  ? t("Take a part of the filter away, or choose a longer period.")
                  : t("As soon as somebody changes something in Odoo, it appears here.")}
              </p>
            </Empty>
          )
        ) : (
          <EventList
            events={events}
            fresh={stream.events.length}
            selected={search.event}
            at={at}
            several={!search.instance && (instances?.length ?? 0) > 1}
            onOpen={open}
            onEnd={() => past.hasNextPage && !past.isFetchingNextPage && void past.fetchNextPage()}
            loading={past.isFetchingNextPage}
          />
        )}
        {selected && <EventDetail event={selected} onClose={() => open(undefined)} />}
      </div>
      {exporting && (
        <ExportDialog
          instance={search.instance ?? instances?.[0]?.name}
          query={query}
          onClose={() => setExporting(false)}
        />
      )}
    </Page>
  );
}

/** The period moves with each minute; the question changes only when the reader changes it. */
function useStable<T extends object>(value: T): T {
  const [kept, setKept] = useState(value);
  const same = (each: T): string => JSON.stringify({ ...each, from: undefined });
  const differs =
    same(kept) !== same(value) ||
    "from" in kept !== "from" in value ||
    (Date.parse((value as { from: string }).from) || 0) < (Date.parse((kept as { from: string }).from) || 0);
  useEffect(() => {
    if (differs) setKept(value);
  });
  return differs ? value : kept;
}

function merge(live: TrailEvent[], past: TrailEvent[]): TrailEvent[] {
  if (live.length === 0) return past;
  const known = new Set(live.map(({ instance, seq }) => `${instance}:${seq}`));
  return [...live, ...past.filter(({ instance, seq }) => !known.has(`${instance}:${seq}`))];
}

/** The event in the address: from the list, or asked for when a link led straight to it. */
function useSelected(address: string | undefined, listed: TrailEvent | undefined): TrailEvent | undefined {
  const cut = address?.lastIndexOf(":") ?? -1;
  const [instance, seq] = [address?.slice(0, cut), address?.slice(cut + 1)];
  const asked = useQuery({
    ...reading<{ event: TrailEvent }>(`${trailPath(instance)}/${seq}`),
    enabled: cut > 0 && !listed,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return address ? (listed ?? asked.data?.event) : undefined;
}

function LiveButton(props: { state: "off" | "live" | "waiting"; onClick: () => void; disabled: boolean }) {
  const { state, onClick, disabled } = props;
  const text = state === "live" ? t("Live") : state === "waiting" ? t("Connecting…") : t("Paused");
  return (
    <Button
      className={`live ${state}`}
      icon={state === "off" ? "play" : "pause"}
      aria-pressed={state !== "off"}
      disabled={disabled}
      title={disabled ? t("Not with a search, or an end in the past") : t("Live tail (v)")}
      onClick={onClick}
    >
      {text}
    </Button>
  );
}

function EventList(props: {
  events: TrailEvent[];
  fresh: number;
  selected: string | undefined;
  at: number;
  several: boolean;
  onOpen: (event: TrailEvent) => void;
  onEnd: () => void;
  loading: boolean;
}) {
  const { events, fresh, selected, at, several, onOpen, onEnd, loading } = props;
  const scroller = useRef<HTMLElement>(null);
  const narrow = useNarrow();
  const seen = useRef(0);
  const [unseen, setUnseen] = useState(0);
  const list = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 64 : 36),
    overscan: 12,
    getItemKey: (index) => `${events[index]!.instance}:${events[index]!.seq}`,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each row that comes near the end
  useEffect(() => {
    if (last >= events.length - 20) onEnd();
  }, [last, events.length]);
  // Above the reader's place rows grow; what they read stays where it is, and a word says how many are new.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of a row is what moves, not the list
  useEffect(() => {
    const came = fresh - seen.current;
    seen.current = fresh;
    const element = scroller.current;
    if (came <= 0 || !element) return setUnseen(0);
    if (element.scrollTop > 40) {
      element.scrollTop += came * (narrow ? 64 : 36);
      setUnseen((before) => before + came);
    }
  }, [fresh]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls
  useEffect(() => {
    if (at >= 0) list.scrollToIndex(at, { align: "auto" });
  }, [selected]);
  return (
    <section
      className="event-list"
      ref={scroller}
      aria-label={t("Events, newest first")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => event.currentTarget.scrollTop < 40 && unseen > 0 && setUnseen(0)}
    >
      {unseen > 0 && (
        <button type="button" className="unseen" onClick={() => scroller.current?.scrollTo({ top: 0 })}>
          {n(unseen, "{n} new event", "{n} new events")}
        </button>
      )}
      <div className="event-canvas" style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const event = events[item.index]!;
          return (
            <div
              key={item.key}
              className="event-slot"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <EventRow
                event={event}
                several={several}
                selected={`${event.instance}:${event.seq}` === selected}
                fresh={item.index < fresh}
                onOpen={onOpen}
              />
            </div>
          );
        })}
      </div>
      {loading && <Loading lines={2} />}
    </section>
  );
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 860px)").matches);
  useEffect(() => {
    const media = matchMedia("(max-width: 860px)");
    const listen = (): void => setNarrow(media.matches);
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, []);
  return narrow;
}
