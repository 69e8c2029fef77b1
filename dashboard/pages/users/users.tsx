import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { usePages } from "../../api/pages.ts";
import type { Instance, OdooUser } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { figure, t } from "../../i18n/index.ts";
import { Icon } from "../../parts/icon.tsx";
import { InstancePicker, WithInstance } from "../../parts/instance-picker.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";

export function UsersPage() {
  const [text, setText] = useState("");
  return (
    <Page
      title={t("Users")}
      lead={t("People and programs that the evidence of an Odoo names.")}
      actions={<InstancePicker />}
    >
      <div className="filters">
        <input
          className="input"
          type="search"
          aria-label={t("Find a user")}
          placeholder={t("Find a user")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <WithInstance>{(instance) => <Users instance={instance} text={text.toLowerCase()} />}</WithInstance>
    </Page>
  );
}

function Users({ instance, text }: { instance: Instance; text: string }) {
  const may = useMay();
  const { name: on } = instance;
  const query = usePages<OdooUser>(`/api/instances/${instance.id}/users`, { period: "90d" }, { limit: 200 });
  return (
    <Card flush>
      <Answer query={query} lines={8}>
        {(items) => (
          <Table
            label={t("Users")}
            items={items.filter(({ login, name }) => `${login} ${name ?? ""}`.toLowerCase().includes(text))}
            rowKey={({ login }) => login}
            empty={
              <Empty icon="users" title={text ? t("Nobody of that name") : t("Nobody yet")}>
                <p>{t("Users appear with their first event.")}</p>
              </Empty>
            }
            columns={[
              {
                key: "name",
                label: t("Name"),
                cell: ({ name, login }) => (
                  <Link to="/trail" search={{ instance: on, user: login }}>
                    <strong>{name ?? login}</strong>
                  </Link>
                ),
              },
              { key: "login", label: t("Login"), cell: ({ login }) => <span className="quiet">{login}</span> },
              {
                key: "events",
                label: t("Events, 90 days"),
                kind: "number",
                cell: ({ events }) => figure(events),
              },
              {
                key: "seen",
                label: t("Last seen"),
                kind: "narrow",
                cell: ({ last_event_at }) => <Time at={last_event_at} />,
              },
              {
                key: "jumps",
                label: <span className="visually-hidden">{t("Related")}</span>,
                kind: "narrow",
                cell: ({ login }) =>
                  may("view:sessions") && (
                    <span className="row">
                      <Link className="button small" to="/sessions" search={{ instance: on, user: login, live: "all" }}>
                        <Icon name="session" size={14} /> {t("Sessions")}
                      </Link>
                      <Link className="button small" to="/logins" search={{ instance: on, user: login }}>
                        <Icon name="login" size={14} /> {t("Logins")}
                      </Link>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      <More of={query} />
    </Card>
  );
}
