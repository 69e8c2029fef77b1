import { useState } from "react";
import { useAddress } from "../../app/search.ts";
import { t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { FILTERS, forgetFilter, isFiltered, noFilter, savedFilters, saveFilter } from "./filter.ts";

/** A filter under a name. The address holds the filter itself, so a name is only a shortcut of this browser. */
export function SavedFilters() {
  const [search, change] = useAddress();
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const [saved, setSaved] = useState(savedFilters);
  const current = Object.fromEntries([...FILTERS, "period", "instance"].map((key) => [key, search[key]]));
  const active = saved.find((each) => JSON.stringify({ ...current, ...each.search }) === JSON.stringify(current))?.name;
  return (
    <>
      <select
        className="input auto"
        aria-label={t("Saved filters")}
        title={t("Names are kept in this browser; the address holds the filter itself.")}
        value={active && isFiltered(search) ? active : ""}
        onChange={({ target: { value } }) => {
          if (value === "+save") setNaming(true);
          else if (value === "+forget" && active) {
            forgetFilter(active);
            setSaved(savedFilters());
          } else if (value) change({ ...noFilter, ...saved.find((each) => each.name === value)?.search });
        }}
      >
        <option value="">{t("Saved filters")}</option>
        {saved.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
        <option value="+save" disabled={!isFiltered(search)}>
          {t("Save this filter…")}
        </option>
        {active && <option value="+forget">{t("Forget “{name}”", { name: active })}</option>}
      </select>
      {naming && (
        <Dialog title={t("Save this filter")} onClose={() => setNaming(false)}>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              saveFilter(name.trim(), JSON.parse(JSON.stringify(current)));
              setSaved(savedFilters());
              setNaming(false);
            }}
          >
            <TextField
              label={t("Name")}
              value={name}
              onChange={(event) => setName(event.target.value)}
              required
              maxLength={60}
              autoFocus
              hint={t("It stays in this browser; its address can be sent to anybody.")}
            />
            <Button kind="primary" type="submit">
              {t("Save")}
            </Button>
          </form>
        </Dialog>
      )}
    </>
  );
}
