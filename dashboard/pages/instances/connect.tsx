import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import "./instances.css";
import { send } from "../../api/request.ts";
import type { Check as CheckAnswer, Instance } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { Check, TextField } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { ErrorNote, NotAllowed, Note } from "../../parts/states.tsx";
import { toast } from "../../parts/toast.tsx";

const EMPTY = { name: "", url: "", db: "", login: "", key: "", insecure: false };

/** Three things to do in Odoo, one form, and a check that says which step fails and what to do about it. */
export function ConnectPage() {
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const { name, ...account } = form;
  const check = useMutation({ mutationFn: () => send<CheckAnswer>("POST", "/api/instances/check", account) });
  const add = useMutation({
    mutationFn: () => send<Instance>("POST", "/api/instances", form),
    onSuccess: async (instance) => {
      toast(t("{name} is connected; its first events are on their way.", { name: instance.name }));
      await client.invalidateQueries({ queryKey: ["/api/instances"] });
      await navigate({ to: "/instances/$instance", params: { instance: instance.name } });
    },
  });
  if (!may("manage:environments")) return <NotAllowed what="manage:environments" />;
  const bind = (key: "name" | "url" | "db" | "login" | "key") => ({
    value: form[key],
    required: true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      check.reset();
      setForm({ ...form, [key]: event.target.value });
    },
  });
  return (
    <Page title={t("Connect an Odoo")} lead={t("Odoo 17, 18 or 19. Nothing is changed in it before you say so.")}>
      <div className="connect">
        <ol className="guide">
          <li>
            <h2>{t("Install the addon")}</h2>
            <p>
              {t("Put the folder on Odoo's addons path, restart, and install “Vigil”.")} <code>odoo_addons/vigil</code>
            </p>
          </li>
          <li>
            <h2>{t("Make a user for Vigil")}</h2>
            <p>{t("Give it the group “Vigil Bridge” and nothing more.")}</p>
          </li>
          <li>
            <h2>{t("Make an API key for it")}</h2>
            <p>{t("Signed in as that user: Preferences → Account Security → New API Key.")}</p>
          </li>
          <li>
            <h2>{t("Fill in, check, connect")}</h2>
            <p>{t("The check writes nothing. The key is kept encrypted.")}</p>
          </li>
        </ol>
        <Card>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (check.data?.ok) add.mutate();
              else check.mutate();
            }}
          >
            <TextField
              label={t("Address")}
              type="url"
              placeholder="https://odoo.example.com"
              {...bind("url")}
              autoFocus
            />
            <div className="columns">
              <TextField label={t("Database")} {...bind("db")} autoComplete="off" />
              <TextField
                label={t("Name here")}
                hint={t("Letters, digits and dashes.")}
                pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
                placeholder="acme"
                {...bind("name")}
                autoComplete="off"
              />
            </div>
            <div className="columns">
              <TextField label={t("User of Vigil in Odoo")} placeholder="vigil" {...bind("login")} autoComplete="off" />
              <TextField label={t("API key")} type="password" {...bind("key")} autoComplete="off" />
            </div>
            <Check
              label={t("Accept a certificate that no authority signed")}
              hint={t("Only inside your own network.")}
              checked={form.insecure}
              onChange={(event) => setForm({ ...form, insecure: event.target.checked })}
            />
            {check.isPending && <Note>{t("Asking Odoo…")}</Note>}
            {check.error && <ErrorNote error={check.error} />}
            {check.data && <Steps result={check.data} />}
            {add.error && <ErrorNote error={add.error} />}
            <div className="row">
              <Button
                kind={check.data?.ok ? "plain" : "primary"}
                busy={check.isPending}
                type={check.data?.ok ? "button" : "submit"}
                onClick={check.data?.ok ? () => check.mutate() : undefined}
              >
                {t("Check")}
              </Button>
              <Button
                kind={check.data?.ok ? "primary" : "plain"}
                type="submit"
                disabled={!check.data?.ok}
                busy={add.isPending}
              >
                {t("Connect")}
              </Button>
            </div>
          </form>
        </Card>
      </div>
    </Page>
  );
}

const STEPS: Record<string, string> = {
  reach: "Odoo answers",
  tls: "The connection is encrypted",
  database: "The database is there",
  credentials: "The user may sign in",
  addon: "The addon is installed",
  rights: "The user has the group Vigil Bridge",
  triggers: "Every tracked table has its triggers",
};

export function Steps({ result }: { result: CheckAnswer }) {
  return (
    <ol className="check-steps" aria-label={t("What the check found")}>
      {result.steps.map(({ step, status, message }) => (
        <li key={step} className={status}>
          <Icon
            name={
              status === "ok" ? "check" : status === "failed" ? "close" : status === "warning" ? "finding" : "minus"
            }
          />
          <div>
            <strong>{t(STEPS[step] ?? step)}</strong>
            <span className="visually-hidden">: {t(status)}</span>
            {message && <p>{message}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
