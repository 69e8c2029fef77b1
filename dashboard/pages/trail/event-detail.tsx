import { Link } from "@tanstack/react-router";
import type { TrailEvent } from "../../api/types.ts";
import { t } from "../../i18n/index.ts";
import { Say } from "../../i18n/say.tsx";
import { KindMark, Seal, SeverityMark } from "../../parts/badge.tsx";
import { Button, Copy } from "../../parts/button.tsx";
import { ChangeTable } from "../../parts/change-table.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Facts } from "../../parts/page.tsx";
import { Time, utc } from "../../parts/time.tsx";
import { plain } from "../../parts/value.tsx";
import { actor } from "./event-row.tsx";

/** The whole event: what changed, who, from where, and its place in the chain. */
export function EventDetail({ event, onClose }: { event: TrailEvent; onClose: () => void }) {
  const { record_name, record_id, model_label, model, details } = event;
  const name = record_name ?? (record_id ? `#${record_id}` : model_label);
  return (
    <aside className="event-detail" aria-label={t("Event {seq}", { seq: event.seq })}>
      <header>
        <div>
          <p className="event-detail-kind">
            <KindMark kind={event.kind} /> <SeverityMark severity={event.severity} text />
          </p>
          <h2>{name ?? event.kind}</h2>
          <p className="quiet">
            {model_label} {model && <code>{model}</code>} {record_id && <code>#{record_id}</code>}
          </p>
          <p className="event-detail-who">
            <strong>{event.user?.name ?? actor(event)}</strong> <Time at={event.occurred_at} />{" "}
            {event.ip && <code>{event.ip}</code>}
          </p>
        </div>
        <Button kind="ghost" icon="close" aria-label={t("Close the event")} onClick={onClose} />
      </header>
      <div className="event-detail-body">
        <Jumps event={event} />
        <ChangeTable changes={event.changes} kind={event.kind} />
        {details && <Details details={details} />}
        <Facts
          items={[
            [
              t("When"),
              <span key="when">
                <Time at={event.occurred_at} />
                <br />
                <span className="quiet">{utc(event.occurred_at)}</span>
              </span>,
            ],
            [t("Who"), event.user ? `${event.user.name} (${event.user.login})` : actor(event)],
            ...(event.as_user
              ? ([[t("Acting as"), `${event.as_user.name} (${event.as_user.login})`]] as [string, string][])
              : []),
            [t("How"), <Origin key="how" event={event} />],
            [t("Address"), event.ip ?? "—"],
            [t("Device"), event.user_agent ?? "—"],
          ]}
        />
        <section className="proof">
          <h3>
            <Icon name="seal" /> {t("Place in the chain")}
          </h3>
          <p>
            <Say
              text="No. {seq} of {instance}, stored {time}."
              seq={event.seq}
              instance={event.instance}
              time={<Time at={event.received_at} />}
            />
          </p>
          <p>
            <Copy text={event.hash} label={t("Copy the hash")} />
          </p>
          <p className="quiet">
            {t("Transaction")} <code>{event.transaction}</code>
          </p>
        </section>
      </div>
    </aside>
  );
}

function Jumps({ event }: { event: TrailEvent }) {
  const { instance, model, record_id } = event;
  const jumps: [IconName, string, Record<string, string>][] = [];
  if (event.user) jumps.push(["user", t("All by {name}", { name: event.user.name }), { user: event.user.login }]);
  if (event.session) jumps.push(["session", t("This session"), { session: event.session }]);
  if (event.request_id) jumps.push(["link", t("This request"), { request_id: event.request_id }]);
  jumps.push(["link", t("This transaction"), { transaction: event.transaction }]);
  return (
    <nav className="jumps" aria-label={t("Related")}>
      {model && record_id && (
        <Link
          to="/records/$instance/$model/$record"
          params={{ instance, model, record: String(record_id) }}
          className="button small primary"
        >
          <Icon name="clock" size={14} /> {t("Record history")}
        </Link>
      )}
      {jumps.map(([icon, label, search]) => (
        <Link key={label} to="/trail" search={{ instance, ...search }} className="button small">
          <Icon name={icon} size={14} /> {label}
        </Link>
      ))}
    </nav>
  );
}

function Origin({ event }: { event: TrailEvent }) {
  const { type, route, method, model, name } = event.origin;
  const text = [model, method].filter(Boolean).join(".");
  return (
    <>
      {name ?? t(type.replace("_", " "))} {text && <code>{text}</code>}{" "}
      {route && <code className="quiet">{route}</code>}
    </>
  );
}

export function Details({ details }: { details: Record<string, unknown> }) {
  const shown = Object.entries(details).filter(([, value]) => value !== null && value !== "");
  return (
    <Facts
      items={shown.map(([key, value]) => [
        t(key.replaceAll("_", " ")),
        key === "session" ? <Seal key={key} hash={String(value)} /> : plain(value),
      ])}
    />
  );
}
