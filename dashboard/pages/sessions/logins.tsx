import { Link } from "@tanstack/react-router";
import "./sessions.css";
import { usePages } from "../../api/pages.ts";
import type { Query } from "../../api/request.ts";
import type { Instance, Login } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { InstancePicker, WithInstance } from "../../parts/instance-picker.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { deviceText, PlaceText } from "../../parts/place.tsx";
import { Answer, Empty, NotAllowed } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { Countries, UserFilter } from "./sessions.tsx";

export function LoginsPage() {
  const may = useMay();
  const [{ failed, user, ip }, change] = useAddress();
  if (!may("view:sessions")) return <NotAllowed what="view:sessions" />;
  return (
    <Page
      title={t("Logins")}
      lead={t("Every login to Odoo and every attempt, with address, country and device.")}
      actions={<InstancePicker />}
    >
      <div className="filters">
        <select
          className="input"
          aria-label={t("Outcome")}
          value={failed ?? ""}
          onChange={(event) => change({ failed: event.target.value })}
        >
          <option value="">{t("All attempts")}</option>
          <option value="true">{t("Failed only")}</option>
          <option value="false">{t("Successful only")}</option>
        </select>
        <UserFilter value={user} onChange={(value) => change({ user: value })} />
        {ip && (
          <Button icon="close" onClick={() => change({ ip: undefined })}>
            {ip}
          </Button>
        )}
      </div>
      <WithInstance>{(instance) => <Logins instance={instance} filter={{ failed, user, ip }} />}</WithInstance>
    </Page>
  );
}

function Logins({ instance, filter }: { instance: Instance; filter: Query }) {
  const [, change] = useAddress();
  const path = `/api/instances/${instance.id}/logins`;
  const query = usePages<Login>(path, filter, { refresh_ms: 15_000 });
  return (
    <Answer query={query} lines={10}>
      {(items) => (
        <>
          <div className="sessions-grid">
            <Card flush>
              <Table
                label={t("Logins")}
                items={items}
                rowKey={({ seq }) => String(seq)}
                empty={
                  <Empty icon="login" title={t("No logins")}>
                    <p>{t("None in what is stored, or none that the filter lets through.")}</p>
                  </Empty>
                }
                columns={[
                  {
                    key: "when",
                    label: t("When"),
                    kind: "narrow",
                    cell: ({ occurred_at }) => <Time at={occurred_at} />,
                  },
                  { key: "outcome", label: t("Outcome"), kind: "narrow", cell: (each) => <Outcome login={each} /> },
                  {
                    key: "user",
                    label: t("User"),
                    cell: ({ user, login_tried }) =>
                      user ? (
                        <>
                          <strong>{user.name}</strong> <span className="quiet">{user.login}</span>
                        </>
                      ) : (
                        <span>{login_tried ?? "—"}</span>
                      ),
                  },
                  {
                    key: "from",
                    label: t("From"),
                    cell: ({ place, first_seen }) => (
                      <span className="row">
                        <button type="button" className="link" onClick={() => change({ ip: place.ip })}>
                          <PlaceText place={place} />
                        </button>
                        {first_seen?.country && <Badge tone="warn">{t("new country")}</Badge>}
                      </span>
                    ),
                  },
                  {
                    key: "device",
                    label: t("Device"),
                    cell: ({ device, user_agent, first_seen }) => (
                      <span className="row" title={user_agent}>
                        {deviceText(device)} {first_seen?.device && <Badge tone="warn">{t("new device")}</Badge>}
                      </span>
                    ),
                  },
                  {
                    key: "how",
                    label: t("How"),
                    kind: "narrow",
                    cell: ({ method, interface: by }) =>
                      [method, by].flatMap((each) => (each ? [t(each.replaceAll("_", " "))] : [])).join(" · ") || "—",
                    spare: true,
                  },
                  {
                    key: "event",
                    label: t("Event"),
                    kind: "narrow",
                    cell: ({ seq, instance: name }) => (
                      <Link to="/trail" search={{ instance: name, event: `${name}:${seq}` }}>
                        {seq}
                      </Link>
                    ),
                    spare: true,
                  },
                ]}
              />
            </Card>
            <Countries items={items.map(({ place }) => place)} />
          </div>
          <More of={query} />
        </>
      )}
    </Answer>
  );
}

function Outcome({ login: { outcome, reason } }: { login: Login }) {
  return outcome === "success" ? (
    <Badge tone="good">{t("signed in")}</Badge>
  ) : (
    <Badge tone="bad">{t((reason ?? "failed").replaceAll("_", " "))}</Badge>
  );
}
