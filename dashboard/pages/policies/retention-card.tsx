import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../../api/request.ts";
import type { Instance, Retention } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { TextField } from "../../parts/field.tsx";
import { Card } from "../../parts/page.tsx";
import { ErrorNote, Note } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";

export function RetentionCard({ instance, retention }: { instance: Instance; retention: Retention }) {
  const may = useMay();
  const client = useQueryClient();
  const allowed = may("manage:retention");
  const [days, setDays] = useState(String(retention.days));
  const { hold, due } = retention;
  const [holding, setHolding] = useState(false);
  const path = `/api/instances/${instance.id}/retention`;
  const refresh = () => client.invalidateQueries({ queryKey: [path] });
  const holdPath = `/api/instances/${instance.id}/hold`;
  const release = useMutation({ mutationFn: () => send("DELETE", holdPath), onSuccess: refresh });
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
        <form className="stack" onSubmit={submit(() => save.mutate())}>
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
          <p className="quiet">
            {retention.scope === "organisation" ? t("As the organisation's policy says.") : t("Set for this instance.")}{" "}
            {n(due.events, "The next run would delete {n} event.", "The next run would delete {n} events.")}
          </p>
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
        title={t("Legal hold")}
        aside={
          allowed &&
          !hold && (
            <Button className="small" icon="plus" onClick={() => setHolding(true)}>
              {t("Hold")}
            </Button>
          )
        }
      >
        {hold ? (
          <div className="stack">
            <Note tone="warn">
              <strong>{hold.reason}</strong>
              <p>
                {t("Placed by {who}", { who: hold.set_by })}, <Time at={hold.set_at} style="day" />.{" "}
                {t("Nothing is deleted.")}
              </p>
            </Note>
            {release.error && <ErrorNote error={release.error} />}
            {allowed && (
              <p>
                <Button kind="danger" busy={release.isPending} onClick={() => release.mutate()}>
                  {t("Release")}
                </Button>
              </p>
            )}
          </div>
        ) : (
          <p className="quiet">
            {t("None. Under a hold nothing of this instance is deleted, whatever the policy says.")}
          </p>
        )}
      </Card>
      {holding && (
        <Confirm
          title={t("Hold the evidence of {name}", { name: instance.name })}
          action={t("Hold")}
          danger={false}
          reason
          run={(reason) => send("PUT", holdPath, { reason })}
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
