import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { instancesQuery } from "../../api/queries.ts";
import { useMay } from "../../app/session.tsx";
import { figure, t } from "../../i18n/index.ts";
import { Health, lag, troubles } from "../../parts/health.tsx";
import { Icon } from "../../parts/icon.tsx";
import { NoInstance } from "../../parts/instance-picker.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";

export function InstancesPage() {
  const may = useMay();
  const navigate = useNavigate();
  const query = useQuery(instancesQuery);
  return (
    <Page
      title={t("Instances")}
      lead={t("The Odoo databases whose evidence is kept here.")}
      actions={
        may("manage:environments") && (
          <Link to="/instances/new" className="button primary">
            <Icon name="plus" /> {t("Connect an Odoo")}
          </Link>
        )
      }
    >
      <Card flush>
        <Answer query={query}>
          {({ items }) => (
            <Table
              label={t("Instances")}
              items={items}
              rowKey={({ id }) => id}
              onOpen={({ name }) => void navigate({ to: "/instances/$instance", params: { instance: name } })}
              empty={<NoInstance />}
              columns={[
                {
                  key: "name",
                  label: t("Name"),
                  cell: ({ name }) => (
                    <Link to="/instances/$instance" params={{ instance: name }}>
                      <strong>{name}</strong>
                    </Link>
                  ),
                },
                { key: "health", label: t("Health"), kind: "narrow", cell: (each) => <Health instance={each} /> },
                { key: "odoo", label: "Odoo", kind: "narrow", cell: ({ odoo_version }) => odoo_version ?? "—" },
                {
                  key: "url",
                  label: t("Address"),
                  cell: ({ url, db }) => (
                    <span className="quiet">
                      {new URL(url).host} · {db}
                    </span>
                  ),
                  spare: true,
                },
                {
                  key: "events",
                  label: t("Events"),
                  kind: "number",
                  cell: ({ head_seq }) => figure(head_seq),
                },
                { key: "lag", label: t("Lag"), kind: "number", cell: lag },
                {
                  key: "pull",
                  label: t("Last pull"),
                  kind: "narrow",
                  cell: ({ last_pull_at }) => <Time at={last_pull_at} style="ago" />,
                },
                {
                  key: "trouble",
                  label: t("Trouble"),
                  kind: "wide",
                  cell: (each) => troubles(each)[0] ?? <span className="quiet">—</span>,
                },
              ]}
            />
          )}
        </Answer>
      </Card>
    </Page>
  );
}
