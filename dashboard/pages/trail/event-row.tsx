import { memo } from "react";
import type { TrailEvent } from "../../api/types.ts";
import { t } from "../../i18n/index.ts";
import { KindMark, Seal, SeverityMark } from "../../parts/badge.tsx";
import { Time } from "../../parts/time.tsx";
import { plain } from "../../parts/value.tsx";

/** One event in one line, like a ledger: number, moment, deed, person, thing, grade, seal. */
export const EventRow = memo(function EventRow(props: {
  event: TrailEvent;
  several: boolean;
  selected: boolean;
  fresh: boolean;
  onOpen: (event: TrailEvent) => void;
}) {
  const { event, several, selected, fresh, onOpen } = props;
  return (
    <button
      type="button"
      className={`event-row ${selected ? "selected" : ""} ${fresh ? "fresh" : ""}`}
      aria-current={selected || undefined}
      onClick={() => onOpen(event)}
    >
      <span className="event-seq">
        {several && <span className="cut">{event.instance}</span>} {event.seq}
      </span>
      <span className="event-time">
        <Time at={event.occurred_at} />
      </span>
      <span className="event-kind">
        <KindMark kind={event.kind} />
      </span>
      <span className="event-who cut">{event.user?.name ?? <span className="quiet">{actor(event)}</span>}</span>
      <span className="event-what cut">
        <Subject event={event} />
      </span>
      <SeverityMark severity={event.severity} />
      <Seal hash={event.hash} length={6} />
    </button>
  );
});

export function actor(event: TrailEvent): string {
  const { name, type } = event.origin;
  return name ?? (type === "sql" ? t("SQL, nobody signed in") : t(type.replace("_", " ")));
}

function Subject({ event }: { event: TrailEvent }) {
  const { record_name, record_id, model_label, model, changes, details } = event;
  const name = record_name ?? (record_id ? `#${record_id}` : undefined);
  const first = changes[0];
  return (
    <>
      {name && <strong>{name}</strong>} <span className="quiet">{model_label ?? model ?? reason(details)}</span>
      {!first && event.kind === "record.updated" && (
        <span className="event-change quiet">{t("changed, values not recorded")}</span>
      )}
      {first && event.kind === "record.updated" && (
        <span className="event-change">
          {first.label}: {change(first)}
          {changes.length > 1 && <span className="quiet"> +{changes.length - 1}</span>}
        </span>
      )}
    </>
  );
}

function change(each: TrailEvent["changes"][number]): string {
  if (each.redacted) return t("changed, value not kept");
  if (each.added ?? each.removed)
    return [...(each.added ?? []).map((x) => `+${plain(x)}`), ...(each.removed ?? []).map((x) => `−${plain(x)}`)].join(
      " ",
    );
  return `${plain(each.before)} → ${plain(each.after)}`;
}

const reason = (details: TrailEvent["details"]): string => {
  const text = details?.reason ?? details?.message ?? details?.login ?? "";
  return typeof text === "string" ? text : "";
};
