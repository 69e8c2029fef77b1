import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import "./record.css";
import { get } from "../../api/request.ts";
import type { RecordHistory, TrailEvent } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { t } from "../../i18n/index.ts";
import { KindMark, Seal } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { ChangeTable } from "../../parts/change-table.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty, Note } from "../../parts/states.tsx";
import { showTime, Time } from "../../parts/time.tsx";
import { plain, Value } from "../../parts/value.tsx";
import { actor } from "../trail/event-row.tsx";

/** One record's life, newest first, and beside it what it looked like at the moment that is chosen. */
export function RecordPage() {
  const { instance, model, record } = useParams({ strict: false }) as {
    instance: string;
    model: string;
    record: string;
  };
  const path = `/api/instances/${encodeURIComponent(instance)}/records/${encodeURIComponent(model)}/${encodeURIComponent(record)}/history`;
  const history = useInfiniteQuery({
    queryKey: [path],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      get<RecordHistory>(path, { limit: 100, order: "desc", ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (last) => last.next_cursor,
  });
  const events = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const newest = events[0];
  const name = events.find(({ record_name }) => record_name)?.record_name ?? `${model} #${record}`;
  return (
    <Page
      title={name}
      lead={
        <span className="row">
          {newest?.model_label} <code>{model}</code> <code>#{record}</code>{" "}
          <span className="quiet">{t("in {instance}", { instance })}</span>
        </span>
      }
      actions={
        <Link to="/trail" search={{ instance, model, record_id: record }} className="button">
          <Icon name="trail" /> {t("In the trail")}
        </Link>
      }
    >
      <Answer query={history} lines={10}>
        {() =>
          events.length === 0 ? (
            <Empty icon="clock" title={t("No events of this record")}>
              <p>
                {t(
                  "It may not have changed since tracking began, its model may not be tracked, or retention has taken what there was.",
                )}
              </p>
            </Empty>
          ) : (
            <History
              path={path}
              events={events}
              more={history.hasNextPage}
              loading={history.isFetchingNextPage}
              onMore={() => void history.fetchNextPage()}
            />
          )
        }
      </Answer>
    </Page>
  );
}

function History(props: { path: string; events: TrailEvent[]; more: boolean; loading: boolean; onMore: () => void }) {
  const { path, events, more, loading, onMore } = props;
  const [{ at }, change] = useAddress();
  const index = Math.max(
    0,
    events.findIndex(({ seq }) => String(seq) === at),
  );
  const moment = events[index]!;
  const oldestFirst = events.length - 1 - index;
  return (
    <div className="record">
      <ol className="timeline" aria-label={t("Events of this record, newest first")}>
        {events.map((event) => (
          <li key={event.seq} className={event.seq === moment.seq ? "chosen" : ""}>
            <header>
              <button
                type="button"
                className="moment"
                aria-pressed={event.seq === moment.seq}
                onClick={() => change({ at: String(event.seq) })}
              >
                <Time at={event.occurred_at} />
              </button>
              <KindMark kind={event.kind} />
              <span>{event.user?.name ?? actor(event)}</span>
              <Link
                to="/trail"
                search={{ instance: event.instance, event: `${event.instance}:${event.seq}` }}
                className="quiet"
              >
                <Seal hash={event.hash} length={6} />
                <span className="visually-hidden">{t("Event {seq} in the trail", { seq: event.seq })}</span>
              </Link>
            </header>
            <ChangeTable changes={event.changes} kind={event.kind} />
          </li>
        ))}
        {more && (
          <li>
            <Button busy={loading} onClick={onMore}>
              {t("Older events")}
            </Button>
          </li>
        )}
      </ol>
      <Card title={t("State at this moment")} className="record-state">
        <div className="stack">
          <p>
            <strong>
              <Time at={moment.occurred_at} />
            </strong>{" "}
            <span className="quiet">{t("after no. {seq}", { seq: moment.seq })}</span>
          </p>
          {events.length > 1 && (
            <input
              type="range"
              min={0}
              max={events.length - 1}
              value={oldestFirst}
              aria-label={t("Moment")}
              aria-valuetext={showTime(moment.occurred_at)}
              onChange={(event) => change({ at: String(events[events.length - 1 - Number(event.target.value)]!.seq) })}
            />
          )}
          <State path={path} moment={moment} />
        </div>
      </Card>
    </div>
  );
}

/** Asked of the service, which knows the events before the oldest shown here. */
function State({ path, moment }: { path: string; moment: TrailEvent }) {
  const [shown, setShown] = useState<RecordHistory["state"]>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const stop = new AbortController();
    // while the slider moves, only the place where it rests is asked for
    const timer = setTimeout(() => {
      get<RecordHistory>(path, { state_at: moment.occurred_at, limit: 1 }, stop.signal).then(
        ({ state }) => setShown(state),
        (reason) => !stop.signal.aborted && setError(reason),
      );
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [path, moment]);
  if (error) return <Note tone="bad">{error instanceof Error ? error.message : String(error)}</Note>;
  if (!shown) return <p className="quiet">{t("Loading…")}</p>;
  const changed = new Set(moment.changes.map(({ field }) => field));
  return (
    <>
      {!shown.exists && <Note tone="bad">{t("The record was deleted. These were its last values.")}</Note>}
      {!shown.complete && (
        <Note>{t("Its creation lies before the trail: fields that never changed since are not known.")}</Note>
      )}
      <table className="state-table">
        <caption className="visually-hidden">{t("State at this moment")}</caption>
        <tbody>
          {shown.fields.map(({ field, label, lang, company, value, type }) => (
            <tr key={`${field} ${lang ?? ""} ${company?.id ?? ""}`} className={changed.has(field) ? "changed" : ""}>
              <th scope="row" title={field}>
                {label} {(lang ?? company) && <span className="quiet">{lang ?? company?.name}</span>}
              </th>
              <td title={plain(value)}>
                <Value value={value} type={type} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
