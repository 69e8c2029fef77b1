import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { instancesQuery, reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { List, ReportSchedule } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Card } from "../../parts/page.tsx";
import { Answer, Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { useKinds } from "./use-kinds.ts";

export function Schedules() {
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery(reading<List<ReportSchedule>>("/api/report-schedules"));
  const [making, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<ReportSchedule>();
  const allowed = may("manage:reports");
  const refresh = () => client.invalidateQueries({ queryKey: ["/api/report-schedules"] });
  return (
    <Card
      flush
      title={t("Schedules")}
      aside={
        allowed && (
          <Button className="small" icon="plus" onClick={() => setMaking(true)}>
            {t("New schedule")}
          </Button>
        )
      }
    >
      <Answer query={query}>
        {({ items }) => (
          <Table
            label={t("Schedules")}
            items={items}
            rowKey={({ id }) => id}
            empty={
              <Empty icon="clock" title={t("Nothing is scheduled")}>
                <p>{t("A schedule makes a report again and again: every Monday, every first of the month.")}</p>
              </Empty>
            }
            columns={[
              { key: "name", label: t("Report"), cell: ({ title }) => <strong>{title}</strong> },
              {
                key: "when",
                label: t("When"),
                cell: ({ cron, cron_text, timezone }) => (
                  <span title={cron}>
                    {cron_text} <span className="quiet">{timezone}</span>
                  </span>
                ),
              },
              { key: "next", label: t("Next"), kind: "narrow", cell: ({ next_run_at }) => <Time at={next_run_at} /> },
              {
                key: "last",
                label: t("Last"),
                kind: "narrow",
                cell: ({ last_run_at }) => <Time at={last_run_at} style="ago" />,
              },
              {
                key: "on",
                label: t("State"),
                kind: "narrow",
                cell: ({ enabled }) => (!enabled ? <Badge>{t("off")}</Badge> : <Badge tone="good">{t("on")}</Badge>),
              },
              {
                key: "act",
                label: <span className="visually-hidden">{t("Actions")}</span>,
                kind: "narrow",
                cell: (each) =>
                  allowed && (
                    <Button className="small" kind="danger" onClick={() => setDeleting(each)}>
                      {t("Delete")}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      {making && <NewSchedule onClose={() => setMaking(false)} onDone={refresh} />}
      {deleting && (
        <Confirm
          title={t("Delete this schedule?")}
          action={t("Delete")}
          run={() => send("DELETE", `/api/report-schedules/${deleting.id}`)}
          onClose={() => setDeleting(undefined)}
          onDone={() => {
            setDeleting(undefined);
            void refresh();
          }}
        >
          {t("Reports that it made stay.")}
        </Confirm>
      )}
    </Card>
  );
}

const WHEN: [cron: string, text: string][] = [
  ["0 6 * * *", "every day at 06:00"],
  ["0 6 * * 1", "every Monday at 06:00"],
  ["0 6 1 * *", "on the first of each month at 06:00"],
];

function NewSchedule({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const kinds = useKinds();
  const instances = useQuery(instancesQuery).data?.items ?? [];
  const [chosen, setChosen] = useState("");
  const [cron, setCron] = useState(WHEN[1]![0]);
  const [period, setPeriod] = useState("7");
  const name = chosen || kinds.names[0]?.name || "";
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const work = useMutation({
    mutationFn: () =>
      send("POST", "/api/report-schedules", {
        name,
        cron,
        timezone,
        period_days: Number(period),
        instance_ids: instances.map(({ id }) => id),
      }),
    onSuccess: () => {
      toast(t("Saved."));
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog title={t("New schedule")} action={t("Save")} work={work} onClose={onClose}>
      <SelectField label={t("Report")} value={name} onChange={(event) => setChosen(event.target.value)}>
        {kinds.names.map((each) => (
          <option key={each.name} value={each.name}>
            {each.title}
          </option>
        ))}
      </SelectField>
      <SelectField label={t("When")} hint={timezone} value={cron} onChange={(event) => setCron(event.target.value)}>
        {WHEN.map(([value, text]) => (
          <option key={value} value={value}>
            {t(text)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t("About the last, days")}
        type="number"
        min={1}
        max={400}
        value={period}
        onChange={(event) => setPeriod(event.target.value)}
        required
      />
    </FormDialog>
  );
}
