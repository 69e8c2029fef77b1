import { useQuery } from "@tanstack/react-query";
import { t } from "../../i18n/index.ts";
import { Check } from "../../parts/field.tsx";
import { permissionsQuery } from "./permissions-query.ts";

/** Permissions to choose from; `only` leaves out what the person at hand has not got and so cannot give. */
export function PermissionList(props: {
  chosen: string[];
  onChange: (chosen: string[]) => void;
  only?: (name: string) => boolean;
}) {
  const { chosen, onChange, only } = props;
  const items = useQuery(permissionsQuery).data?.items ?? [];
  return (
    <fieldset className="permissions">
      <legend>{t("Permissions")}</legend>
      {items
        .filter(({ name }) => !only || only(name))
        .map(({ name, allows }) => (
          <Check
            key={name}
            label={<code>{name}</code>}
            hint={t(allows)}
            checked={chosen.includes(name)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
            }
          />
        ))}
    </fieldset>
  );
}
