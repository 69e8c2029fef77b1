import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { instancesQuery } from "../api/queries.ts";
import type { Instance } from "../api/types.ts";
import { useAddress } from "../app/search.ts";
import { useMay } from "../app/session.tsx";
import { t } from "../i18n/index.ts";
import { Empty, ErrorState, Loading } from "./states.tsx";

/** The instance named in the address, else the first: pages about one Odoo start from here. */
export function useInstance() {
  const query = useQuery(instancesQuery);
  const [{ instance: name }, change] = useAddress();
  const items = query.data?.items ?? [];
  const instance = items.find((each) => each.name === name || each.id === name) ?? items[0];
  return { query, items, instance, choose: (next: string) => change({ instance: next }) };
}

export function InstancePicker({ all = false }: { all?: boolean }) {
  const { items, instance, choose } = useInstance();
  const [{ instance: name }] = useAddress();
  if (items.length < 2 && !all) return null;
  return (
    <select
      className="input auto"
      aria-label={t("Instance")}
      value={all ? (name ?? "") : (instance?.name ?? "")}
      onChange={(event) => choose(event.target.value)}
    >
      {all && <option value="">{t("All instances")}</option>}
      {items.map((each) => (
        <option key={each.id} value={each.name}>
          {each.name}
        </option>
      ))}
    </select>
  );
}

/** Shows its children with the instance at hand, or says how to get one. */
export function WithInstance({ children }: { children: (instance: Instance) => React.ReactNode }) {
  const { query, instance } = useInstance();
  if (instance) return <>{children(instance)}</>;
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  return <NoInstance />;
}

export function NoInstance() {
  const may = useMay();
  return (
    <Empty
      icon="instance"
      title={t("No Odoo is connected yet")}
      action={
        may("manage:environments") && (
          <Link to="/instances/new" className="button primary">
            {t("Connect an Odoo")}
          </Link>
        )
      }
    >
      <p>
        {may("manage:environments")
          ? t("Connect one, and its events appear here within seconds.")
          : t("Ask an administrator of the organisation to connect one.")}
      </p>
    </Empty>
  );
}
