import { useState } from "react";
import { usePages } from "../../api/pages.ts";
import type { Report } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty, NotAllowed } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Time } from "../../parts/time.tsx";
import { size } from "../../parts/value.tsx";
import { NewReport } from "./new-report.tsx";
import { Schedules } from "./schedules.tsx";

export function ReportsPage() {
  const may = useMay();
  const [{ tab = "reports" }, change] = useAddress();
  const [making, setMaking] = useState(false);
  if (!may("view:reports")) return <NotAllowed what="view:reports" />;
  return (
    <Page
      title={t("Reports")}
      lead={t("Excel workbooks of the evidence, with a cover that says what is inside and how to check it.")}
      actions={
        may("manage:reports") && (
          <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
            {t("New report")}
          </Button>
        )
      }
    >
      <Tabs
        label={t("Reports")}
        tabs={[
          { id: "reports", label: t("Made") },
          { id: "schedules", label: t("Schedules") },
        ]}
        active={tab}
        onChange={(id) => change({ tab: id })}
      />
      {tab === "schedules" ? <Schedules /> : <Made />}
      {making && <NewReport onClose={() => setMaking(false)} />}
    </Page>
  );
}

const RUNNING = new Set<Report["status"]>(["pending", "running"]);

function Made() {
  const query = usePages<Report>(
    "/api/reports",
    {},
    { refresh_ms: (shown) => (shown.some(({ status }) => RUNNING.has(status)) ? 1_000 : 15_000) },
  );
  return (
    <Card flush>
      <Answer query={query}>
        {(items) => (
          <Table
            label={t("Reports")}
            items={items}
            rowKey={({ id }) => id}
            empty={
              <Empty icon="report" title={t("No reports yet")}>
                <p>{t("Make one, or schedule one: it appears here while it is being written.")}</p>
              </Empty>
            }
            columns={[
              { key: "name", label: t("Report"), cell: ({ title }) => <strong>{title}</strong> },
              {
                key: "period",
                label: t("Period"),
                cell: ({ from, to }) => (
                  <>
                    <Time at={from} style="day" /> – <Time at={to} style="day" />
                  </>
                ),
              },
              {
                key: "made",
                label: t("Made"),
                kind: "narrow",
                cell: ({ created_at }) => <Time at={created_at} style="ago" />,
              },
              { key: "state", label: t("State"), kind: "narrow", cell: (each) => <State report={each} /> },
              {
                key: "size",
                label: t("Size"),
                kind: "number",
                cell: ({ size_bytes }) => (size_bytes ? size(size_bytes) : "—"),
              },
              {
                key: "get",
                label: <span className="visually-hidden">{t("Actions")}</span>,
                kind: "narrow",
                cell: ({ id, status }) =>
                  status === "succeeded" && (
                    <a className="button small" href={`/api/reports/${id}/download`} download>
                      <Icon name="download" size={14} /> {t("Download")}
                    </a>
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

function State({ report: { status, progress, step, error } }: { report: Report }) {
  if (RUNNING.has(status))
    return <progress className="plain" aria-label={t("Progress")} title={step} value={progress} max={1} />;
  if (status === "succeeded") return <Badge tone="good">{t("ready")}</Badge>;
  return (
    <span>
      <Badge tone={status === "failed" ? "bad" : "plain"}>{t(status)}</Badge> {error}
    </span>
  );
}
