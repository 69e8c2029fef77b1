import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../../api/request.ts";
import type { Instance, Retention } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { TextField } from "../../parts/field.tsx";
import { Card } from "../../parts/page.tsx";
import { ErrorNote, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";

export function RetentionCard({ instance, retention }: { instance: Instance; retention: Retention }) {
  const may = useMay();
  const client = useQueryClient();
  const allowed = may("manage:retention");
  const [days, setDays] = useState(
    String(retention.policies.find((each) => !each.kind && !each.category && !each.model)?.days ?? 365),
  );
  const [holding, setHolding] = useState(false);
  const path = `/api/instances/${instance.id}/retention`;
  const refresh = () => client.invalidateQueries({ queryKey: [path] });
  const save = useMutation({
    mutationFn: () => send("PUT", path, { days: Number(days) }),
    onSuccess: () => {
      toast(t("Saved."));
      void refresh();
    },
  });
  return (
    <div className="grid">
      <Card title={t("How long evidence is kept")}>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <TextField
            label={t("Days")}
            hint={t("Whole sealed segments go; each leaves a signed tombstone in the chain.")}
            type="number"
            min={1}
            max={36500}
            value={days}
            readOnly={!allowed}
            onChange={(event) => setDays(event.target.value)}
            required
          />
          {save.error && <ErrorNote error={save.error} />}
          {allowed && (
            <p>
              <Button type="submit" kind="primary" busy={save.isPending}>
                {t("Save")}
              </Button>
            </p>
          )}
        </form>
      </Card>
      <Card
        title={t("Legal holds")}
        flush
        aside={
          allowed && (
            <Button className="small" icon="plus" onClick={() => setHolding(true)}>
              {t("Hold")}
            </Button>
          )
        }
      >
        <Table
          label={t("Legal holds")}
          items={retention.holds}
          rowKey={({ id }) => id}
          empty={
            <p className="pad quiet">
              {t("None. Under a hold nothing of this instance is deleted, whatever the policy says.")}
            </p>
          }
          columns={[
            { key: "reason", label: t("Reason"), cell: ({ reason }) => <strong>{reason}</strong> },
            { key: "by", label: t("Placed by"), cell: ({ by }) => by ?? "—" },
            { key: "since", label: t("Since"), kind: "narrow", cell: ({ since }) => <Time at={since} style="day" /> },
            {
              key: "act",
              label: <span className="visually-hidden">{t("Actions")}</span>,
              kind: "narrow",
              cell: ({ id }) =>
                allowed && (
                  <Button
                    className="small"
                    kind="danger"
                    onClick={() => void send("DELETE", `/api/instances/${instance.id}/hold/${id}`).then(refresh)}
                  >
                    {t("Release")}
                  </Button>
                ),
            },
          ]}
        />
        {retention.holds.length > 0 && (
          <Note tone="warn">
            <Badge tone="warn">{n(retention.holds.length, "{n} hold", "{n} holds")}</Badge> {t("Nothing is deleted.")}
          </Note>
        )}
      </Card>
      {holding && (
        <Confirm
          title={t("Hold the evidence of {name}", { name: instance.name })}
          action={t("Hold")}
          danger={false}
          reason
          run={(reason) => send("POST", `/api/instances/${instance.id}/hold`, { reason })}
          onClose={() => setHolding(false)}
          onDone={() => {
            setHolding(false);
            void refresh();
          }}
        >
          {t("Nothing of it is deleted until the hold is released.")}
        </Confirm>
      )}
    </div>
  );
}
