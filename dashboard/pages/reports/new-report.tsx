import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { instancesQuery } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import { t } from "../../i18n/index.ts";
import { Check, SelectField, TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { toast } from "../../parts/toast.tsx";
import { useKinds } from "./use-kinds.ts";

const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

export function NewReport({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const kinds = useKinds();
  const instances = useQuery(instancesQuery).data?.items ?? [];
  const [form, setForm] = useState({
    name: "",
    from: day(30),
    to: day(0),
    user: "",
    model: "",
    record_id: "",
    theme: "",
  });
  const [left, setLeft] = useState<string[]>([]);
  const name = form.name || kinds.names[0]?.name || "";
  const needs = kinds.names.find((each) => each.name === name)?.needs ?? [];
  const work = useMutation({
    mutationFn: () => {
      const { user, model, record_id, theme, from, to } = form;
      return send("POST", "/api/reports", {
        name,
        instance_ids: instances.filter(({ id }) => !left.includes(id)).map(({ id }) => id),
        from: new Date(`${from}T00:00:00`).toISOString(),
        to: new Date(`${to}T23:59:59.999`).toISOString(),
        ...(user ? { user } : {}),
        ...(model ? { model } : {}),
        ...(record_id ? { record_id: Number(record_id) } : {}),
        ...(theme ? { theme } : {}),
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
    },
    onSuccess: () => {
      toast(t("The report is being written."));
      void client.invalidateQueries({ queryKey: ["/api/reports"] });
      onClose();
    },
  });
  const bind = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      setForm({ ...form, [key]: event.target.value }),
  });
  return (
    <FormDialog title={t("New report")} action={t("Make it")} work={work} onClose={onClose}>
      <SelectField
        label={t("Report")}
        hint={kinds.names.find((each) => each.name === name)?.description}
        {...bind("name")}
        value={name}
      >
        {kinds.names.map((each) => (
          <option key={each.name} value={each.name}>
            {each.title}
          </option>
        ))}
      </SelectField>
      <div className="columns">
        <TextField label={t("From")} type="date" required {...bind("from")} />
        <TextField label={t("To")} type="date" required {...bind("to")} />
      </div>
      {instances.length > 1 && (
        <fieldset className="stack">
          <legend>{t("Instances")}</legend>
          {instances.map(({ id, name: label }) => (
            <Check
              key={id}
              label={label}
              checked={!left.includes(id)}
              onChange={({ target }) => setLeft(target.checked ? left.filter((each) => each !== id) : [...left, id])}
            />
          ))}
        </fieldset>
      )}
      <div className="columns">
        <TextField label={t("Only this user (login)")} required={needs.includes("user")} {...bind("user")} />
        <TextField
          label={t("Only this model")}
          placeholder="sale.order"
          required={needs.includes("model")}
          {...bind("model")}
        />
        <TextField
          label={t("Only this record (number)")}
          type="number"
          min={1}
          required={needs.includes("record_id")}
          {...bind("record_id")}
        />
      </div>
      {kinds.themes.length > 0 && (
        <SelectField label={t("Colours")} {...bind("theme")}>
          <option value="">{t("as usual")}</option>
          {kinds.themes.map((each) => (
            <option key={each} value={each}>
              {t(each)}
            </option>
          ))}
        </SelectField>
      )}
    </FormDialog>
  );
}
