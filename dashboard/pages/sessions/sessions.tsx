import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import "./sessions.css";
import { usePages } from "../../api/pages.ts";
import { send } from "../../api/request.ts";
import type { Instance, OdooSession } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Bars } from "../../parts/chart.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { InstancePicker, WithInstance } from "../../parts/instance-picker.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { countryName, deviceText, PlaceText } from "../../parts/place.tsx";
import { Answer, Empty, NotAllowed, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { duration, Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { Block, BlockedUsers } from "./block.tsx";

export function SessionsPage() {
  const may = useMay();
  const [{ live = "yes", user }, change] = useAddress();
  if (!may("view:sessions")) return <NotAllowed what="view:sessions" />;
  return (
    <Page
      title={t("Sessions")}
      lead={t("Who is signed in to Odoo, from where, and for how long. Durations are right to the minute (± 60 s).")}
      actions={<InstancePicker />}
    >
      <div className="filters">
        <select
          className="input"
          aria-label={t("Which sessions")}
          value={live}
          onChange={(event) => change({ live: event.target.value === "yes" ? undefined : event.target.value })}
        >
          <option value="yes">{t("Signed in now")}</option>
          <option value="no">{t("Ended")}</option>
          <option value="all">{t("All")}</option>
        </select>
        <UserFilter value={user} onChange={(value) => change({ user: value })} />
      </div>
      <WithInstance>{(instance) => <Sessions instance={instance} live={live} user={user} />}</WithInstance>
    </Page>
  );
}

export function UserFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <input
      key={value}
      className="input"
      type="search"
      aria-label={t("User (login)")}
      placeholder={t("User (login)")}
      defaultValue={value}
      onBlur={(event) => onChange(event.currentTarget.value.trim() || undefined)}
      onKeyDown={(event) => event.key === "Enter" && onChange(event.currentTarget.value.trim() || undefined)}
    />
  );
}

function Sessions({ instance, live, user }: { instance: Instance; live: string; user: string | undefined }) {
  const may = useMay();
  const client = useQueryClient();
  const path = `/api/instances/${instance.id}/sessions`;
  const filter = { user, ...(live === "all" ? {} : { live: live === "yes" }) };
  const query = usePages<OdooSession>(path, filter, { refresh_ms: 5_000 });
  const [ending, setEnding] = useState<{ session?: OdooSession; login?: string }>();
  const [blocking, setBlocking] = useState<string>();
  const body = ending?.session ? { session: ending.session.session } : { user: ending?.login };
  const who = ending?.session?.user.name ?? ending?.login ?? "";
  return (
    <Answer query={query} lines={8}>
      {(items) => (
        <>
          {items.some(({ stale }) => stale) && (
            <Note tone="warn">{t("Odoo has not answered for a while: this is the last that is known.")}</Note>
          )}
          <div className="sessions-grid">
            <Card flush>
              <Table
                label={t("Sessions")}
                items={items}
                rowKey={({ session, instance: name }) => `${name} ${session}`}
                empty={
                  <Empty icon="session" title={live === "yes" ? t("Nobody is signed in") : t("No sessions")}>
                    <p>
                      {t(
                        "Sessions appear here as soon as somebody signs in to Odoo. The addon must be of a version that tells them.",
                      )}
                    </p>
                  </Empty>
                }
                columns={[
                  { key: "user", label: t("User"), cell: (each) => <Who session={each} /> },
                  { key: "place", label: t("From"), cell: ({ place }) => <PlaceText place={place} /> },
                  {
                    key: "device",
                    label: t("Device"),
                    cell: ({ device, user_agent }) => <span title={user_agent}>{deviceText(device)}</span>,
                  },
                  {
                    key: "started",
                    label: t("Signed in"),
                    kind: "narrow",
                    cell: ({ started_at }) => <Time at={started_at} />,
                  },
                  {
                    key: "active",
                    label: t("Active"),
                    kind: "number",
                    cell: ({ active_s }) => <span title="± 60 s">{duration(active_s)}</span>,
                  },
                  {
                    key: "idle",
                    label: t("Idle"),
                    kind: "number",
                    cell: ({ idle_s }) => <span title="± 60 s">{duration(idle_s)}</span>,
                  },
                  { key: "state", label: t("State"), kind: "narrow", cell: (each) => <State session={each} /> },
                  {
                    key: "act",
                    label: <span className="visually-hidden">{t("Actions")}</span>,
                    kind: "narrow",
                    cell: (each) =>
                      may("end:sessions") &&
                      each.live && (
                        <span className="row tight">
                          <Button className="small" kind="danger" onClick={() => setEnding({ session: each })}>
                            {t("End")}
                          </Button>
                          <Button
                            className="small"
                            icon="block"
                            title={t("Block {name}", { name: each.user.name })}
                            aria-label={t("Block {name}", { name: each.user.name })}
                            onClick={() => setBlocking(each.user.login)}
                          />
                        </span>
                      ),
                  },
                ]}
              />
            </Card>
            <Countries items={items.map(({ place }) => place)} />
          </div>
          <More of={query} />
          {ending && (
            <Confirm
              title={t("End the session of {name}?", { name: who })}
              action={t("End session")}
              reason
              run={(reason) => send("POST", `${path}/end`, { ...body, reason })}
              onClose={() => setEnding(undefined)}
              onDone={() => {
                setEnding(undefined);
                toast(t("Ended: the next request of that session is refused."));
                void client.invalidateQueries({ queryKey: [path] });
              }}
            >
              {t("The very next request is refused, and unsaved work may be lost.")}
            </Confirm>
          )}
          <BlockedUsers instance={instance} />
          {blocking && <Block instance={instance} login={blocking} blocked onClose={() => setBlocking(undefined)} />}
        </>
      )}
    </Answer>
  );
}

function Who({ session: { user, instance, session } }: { session: OdooSession }) {
  return (
    <>
      <Link to="/trail" search={{ instance, session }} title={t("What was done in this session")}>
        <strong>{user.name}</strong>
      </Link>{" "}
      <span className="quiet">{user.login}</span>
    </>
  );
}

function State({ session: { live, stale, ended_at, end_reason } }: { session: OdooSession }) {
  if (live) return <Badge tone={stale ? "warn" : "good"}>{stale ? t("last known") : t("signed in")}</Badge>;
  return (
    <span>
      <Badge>{t((end_reason ?? "ended").replaceAll("_", " "))}</Badge> <Time at={ended_at} style="ago" />
    </span>
  );
}

/** Where they are, as far as a public address tells; nothing at all where none does. */
export function Countries({ items }: { items: { country_code?: string; country?: string }[] }) {
  const counts = new Map<string, number>();
  for (const { country_code: code = "" } of items) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (![...counts.keys()].some(Boolean)) return null;
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const name = (code: string): string => (code ? countryName(code) : t("unknown or private network"));
  return (
    <Card title={t("Countries")} className="countries">
      <Bars items={sorted.map(([code, value]) => ({ key: name(code), value, label: name(code) }))} />
    </Card>
  );
}
