import { useQuery } from "@tanstack/react-query";
import { reading } from "../../api/queries.ts";
import type { Instance, PolicyAnswer, Retention } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { InstancePicker, WithInstance } from "../../parts/instance-picker.tsx";
import { Page } from "../../parts/page.tsx";
import { Answer } from "../../parts/states.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { RetentionCard } from "./retention-card.tsx";
import { Rules } from "./rules.tsx";

export function PoliciesPage() {
  const may = useMay();
  const [{ tab = "sessions" }, change] = useAddress();
  return (
    <Page
      title={t("Policies")}
      lead={t("What holds in Odoo without anybody watching, and how long evidence is kept.")}
      actions={<InstancePicker />}
    >
      <Tabs
        label={t("Policies")}
        tabs={[
          { id: "sessions", label: t("Sessions") },
          { id: "retention", label: t("Retention and holds") },
          ...(may("view:sessions") ? [{ id: "rules", label: t("Rules of suspicion") }] : []),
        ]}
        active={tab}
        onChange={(id) => change({ tab: id })}
      />
      <WithInstance>
        {(instance) =>
          tab === "retention" ? (
            <Kept instance={instance} />
          ) : tab === "rules" ? (
            <Rules instance={instance} />
          ) : (
            <SessionPolicies instance={instance} />
          )
        }
      </WithInstance>
    </Page>
  );
}

function SessionPolicies({ instance }: { instance: Instance }) {
  const query = useQuery({ ...reading<PolicyAnswer>(`/api/instances/${instance.id}/policy`), retry: false });
  return (
    <Answer query={query}>
      {(answer) => <PolicyForm key={`${instance.id} ${answer.version}`} instance={instance} answer={answer} />}
    </Answer>
  );
}

function Kept({ instance }: { instance: Instance }) {
  const query = useQuery({ ...reading<Retention>(`/api/instances/${instance.id}/retention`), retry: false });
  return <Answer query={query}>{(retention) => <RetentionCard instance={instance} retention={retention} />}</Answer>;
}
