import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { instancesQuery } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { Instance } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Check, TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Card, Facts } from "../../parts/page.tsx";
import { toast } from "../../parts/toast.tsx";

/** Where Odoo answers and by which account; what is secret can be replaced, never read. */
export function Connection({ instance }: { instance: Instance }) {
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [changing, setChanging] = useState(false);
  return (
    <Card title={t("Connection")}>
      <div className="stack">
        <Facts
          items={[
            [t("Address"), instance.url],
            [t("Database"), instance.db],
            [t("User of Vigil in Odoo"), instance.login],
            [t("Certificate"), instance.insecure ? t("any is accepted") : t("checked")],
            [t("State"), t(instance.state)],
          ]}
        />
        {may("manage:environments") && (
          <p className="row">
            <Button onClick={() => setChanging(true)}>{t("Change address or key")}</Button>
            <Button kind="danger" onClick={() => setRemoving(true)}>
              {t("Remove this instance")}
            </Button>
          </p>
        )}
      </div>
      {changing && <Change instance={instance} onClose={() => setChanging(false)} />}
      {removing && (
        <Confirm
          title={t("Remove {name}?", { name: instance.name })}
          action={t("Remove")}
          run={() => send("DELETE", `/api/instances/${instance.id}`)}
          onClose={() => setRemoving(false)}
          onDone={async () => {
            toast(t("{name} is not pulled any more.", { name: instance.name }));
            await client.invalidateQueries(instancesQuery);
            await navigate({ to: "/instances" });
          }}
        >
          {t("Pulling stops and its key is forgotten. Its evidence stays until retention takes it.")}
        </Confirm>
      )}
    </Card>
  );
}

function Change({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const client = useQueryClient();
  const { url, db, login, insecure } = instance;
  const [form, setForm] = useState({ url, db, login, insecure, key: "" });
  const work = useMutation({
    mutationFn: () => {
      const { key, ...account } = form;
      return send("PATCH", `/api/instances/${instance.id}`, { ...account, ...(key ? { key } : {}) });
    },
    onSuccess: () => {
      toast(t("Saved."));
      void client.invalidateQueries();
      onClose();
    },
  });
  const bind = (name: "url" | "db" | "login" | "key") => ({
    value: form[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setForm({ ...form, [name]: event.target.value }),
  });
  return (
    <FormDialog title={t("Change address or key")} action={t("Save")} work={work} onClose={onClose}>
      <TextField label={t("Address")} type="url" required {...bind("url")} />
      <TextField label={t("Database")} required {...bind("db")} />
      <TextField label={t("User of Vigil in Odoo")} required autoComplete="off" {...bind("login")} />
      <TextField
        label={t("API key")}
        hint={t("Empty: the key stays as it is.")}
        type="password"
        autoComplete="off"
        {...bind("key")}
      />
      <Check
        label={t("Accept a certificate that no authority signed")}
        hint={t("Only inside your own network.")}
        checked={form.insecure}
        onChange={(event) => setForm({ ...form, insecure: event.target.checked })}
      />
    </FormDialog>
  );
}
