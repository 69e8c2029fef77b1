import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { Organisation } from "../../api/types.ts";
import { meQuery, useMay } from "../../app/session.tsx";
import { setTheme, type Theme, useTheme } from "../../app/theme.ts";
import { LANGUAGES, type Language, language, setLanguage, t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { Card, Facts, Page } from "../../parts/page.tsx";
import { Answer, ErrorNote } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";

export function SettingsPage() {
  const query = useQuery({ ...reading<Organisation>("/api/organisation"), retry: false });
  const theme = useTheme();
  return (
    <Page title={t("Settings")}>
      <div className="grid">
        <Card title={t("Language and theme")}>
          <div className="stack narrow-form">
            <SelectField
              label={t("Language")}
              hint={t("Kept in this browser.")}
              value={language()}
              onChange={(event) => void setLanguage(event.target.value as Language)}
            >
              {(Object.keys(LANGUAGES) as Language[]).map((each) => (
                <option key={each} value={each}>
                  {LANGUAGES[each]}
                </option>
              ))}
            </SelectField>
            <SelectField label={t("Theme")} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
              <option value="system">{t("as the system")}</option>
              <option value="light">{t("light")}</option>
              <option value="dark">{t("dark")}</option>
            </SelectField>
          </div>
        </Card>
        <Answer query={query}>
          {(organisation) => <OrganisationCard key={organisation.id} organisation={organisation} />}
        </Answer>
      </div>
    </Page>
  );
}

function OrganisationCard({ organisation }: { organisation: Organisation }) {
  const may = useMay();
  const client = useQueryClient();
  const [name, setName] = useState(organisation.name);
  const [days, setDays] = useState(String(organisation.audit_retention_days));
  const work = useMutation({
    mutationFn: () => send("PATCH", "/api/organisation", { name, audit_retention_days: Number(days) }),
    onSuccess: async () => {
      toast(t("Saved."));
      await client.invalidateQueries({ queryKey: ["/api/organisation"] });
      await client.invalidateQueries(meQuery);
    },
  });
  const allowed = may("manage:organisation");
  return (
    <Card title={t("Organisation")}>
      <form className="stack narrow-form" onSubmit={submit(() => work.mutate())}>
        <TextField
          label={t("Name")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={120}
          readOnly={!allowed}
        />
        <TextField
          label={t("Own audit log is kept, days")}
          hint={t("90 unless set otherwise. Odoo's events have policies of their own, under Policies.")}
          type="number"
          min={1}
          max={36500}
          value={days}
          onChange={(event) => setDays(event.target.value)}
          required
          readOnly={!allowed}
        />
        {work.error && <ErrorNote error={work.error} />}
        {allowed ? (
          <p>
            <Button kind="primary" type="submit" busy={work.isPending}>
              {t("Save")}
            </Button>
          </p>
        ) : (
          <p className="quiet">{t("To change these takes the permission manage:organisation.")}</p>
        )}
        <Facts
          items={[
            [t("Members"), organisation.members],
            [t("Instances"), organisation.instances],
            [t("Since"), <Time key="since" at={organisation.created_at} style="day" />],
          ]}
        />
      </form>
    </Card>
  );
}
