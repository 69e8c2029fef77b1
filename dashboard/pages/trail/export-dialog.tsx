import { useState } from "react";
import { type Query, url } from "../../api/request.ts";
import { t } from "../../i18n/index.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Check, SelectField } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/states.tsx";
import { trailPath } from "./use-trail.ts";

/** A file with its proofs: who gets it can check it without us. */
export function ExportDialog(props: { instance: string | undefined; query: Query; onClose: () => void }) {
  const { instance, query, onClose } = props;
  const [format, setFormat] = useState("ndjson");
  const [filtered, setFiltered] = useState(true);
  const href = url(`${trailPath(instance)}/export`, { ...(filtered ? query : {}), format });
  return (
    <Dialog title={t("Export the trail of {instance}", { instance: instance ?? "…" })} onClose={onClose}>
      <div className="stack">
        <SelectField label={t("Format")} value={format} onChange={(event) => setFormat(event.target.value)}>
          <option value="ndjson">{t("NDJSON with proofs: can be verified offline")}</option>
          <option value="json">{t("JSON for programs")}</option>
          <option value="csv">{t("CSV for spreadsheets")}</option>
        </SelectField>
        {Object.keys(query).length > 0 && (
          <Check
            label={t("Only what the filter shows")}
            checked={filtered}
            onChange={(event) => setFiltered(event.target.checked)}
          />
        )}
        {format === "ndjson" && (
          <Note>
            {t("Who receives the file checks it without access to Vigil:")} <code>npx vigil verify FILE</code>
          </Note>
        )}
        <footer className="dialog-foot">
          <a className="button primary" href={href} download onClick={onClose}>
            <Icon name="download" /> {t("Download")}
          </a>
        </footer>
      </div>
    </Dialog>
  );
}
