import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import "./instances.css";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { Instance } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { figure, t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { Health, lag, troubles } from "../../parts/health.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Card, Facts, Figure, Page } from "../../parts/page.tsx";
import { Answer, ErrorNote, Loading, Note } from "../../parts/states.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { ChainCard } from "./chain-card.tsx";
import { Connection } from "./connection.tsx";

const Activity = lazy(() => import("./activity.tsx"));
type Tab = "status" | "activity" | "chain" | "connection";

export function InstancePage() {
  const { instance: name } = useParams({ strict: false }) as { instance: string };
  const query = useQuery({
    ...reading<Instance>(`/api/instances/${encodeURIComponent(name)}`),
    refetchInterval: 5_000,
  });
  return <Answer query={query}>{(instance) => <Shown instance={instance} />}</Answer>;
}

function Shown({ instance }: { instance: Instance }) {
  const may = useMay();
  const client = useQueryClient();
  const [{ tab = "status" }, change] = useAddress();
  const path = `/api/instances/${instance.id}`;
  const pull = useMutation({
    mutationFn: () => send("POST", `${path}/pull`, {}),
    onSuccess: () => {
      toast(t("Asked: what is new arrives within seconds."));
      void client.invalidateQueries({ queryKey: [path] });
    },
  });
  const tabs: { id: Tab; label: string }[] = [
    { id: "status", label: t("Status") },
    { id: "activity", label: t("Activity") },
    { id: "chain", label: t("Chain") },
    { id: "connection", label: t("Connection") },
  ];
  return (
    <Page
      title={instance.name}
      lead={
        <span className="row">
          <Health instance={instance} /> <span>Odoo {instance.odoo_version ?? "?"}</span>{" "}
          <span className="quiet">
            {instance.url} · {instance.db}
          </span>
        </span>
      }
      actions={
        <>
          <Link to="/trail" search={{ instance: instance.name }} className="button">
            <Icon name="trail" /> {t("Audit trail")}
          </Link>
          {may("manage:environments") && (
            <Button busy={pull.isPending} onClick={() => pull.mutate()}>
              {t("Pull now")}
            </Button>
          )}
        </>
      }
    >
      {pull.error && <ErrorNote error={pull.error} />}
      <Tabs
        label={t("About {name}", { name: instance.name })}
        tabs={tabs}
        active={tab as Tab}
        onChange={(id) => change({ tab: id === "status" ? undefined : id })}
      />
      {tab === "activity" ? (
        <Suspense fallback={<Loading />}>
          <Activity instance={instance} />
        </Suspense>
      ) : tab === "chain" ? (
        <ChainCard instance={instance} />
      ) : tab === "connection" ? (
        <Connection instance={instance} />
      ) : (
        <Status instance={instance} />
      )}
    </Page>
  );
}

function Status({ instance }: { instance: Instance }) {
  const wrong = troubles(instance);
  return (
    <>
      {wrong.map((text) => (
        <Note key={text} tone={instance.health === "failing" || instance.health === "quarantined" ? "bad" : "warn"}>
          {text}
        </Note>
      ))}
      {instance.state === "quarantined" && <Accept instance={instance} />}
      {wrong.length === 0 && (
        <Note tone="good">
          {t("Capture is complete: every tracked table has its triggers, and nothing is waiting.")}
        </Note>
      )}
      <div className="figures">
        <Figure label={t("Events stored")} value={figure(instance.head_seq)} note={t("numbered without a hole")} />
        <Figure label={t("Sealed")} value={figure(instance.sealed_seq)} note={t("by signed checkpoints")} />
        <Figure
          label={t("Witnessed by Odoo")}
          value={figure(instance.acknowledged_seq)}
          note={t("it may forget up to here")}
        />
        <Figure
          label={t("Lag")}
          value={lag(instance)}
          note={
            <>
              {t("last pull")} <Time at={instance.last_pull_at} style="ago" />
            </>
          }
        />
      </div>
      <div className="grid">
        <ChainCard instance={instance} brief />
        <Card title={t("Versions")}>
          <Facts
            items={[
              ["Odoo", instance.odoo_version ?? "—"],
              [t("Addon"), instance.addon_version ?? "—"],
              [t("Connected since"), <Time key="since" at={instance.created_at} style="day" />],
            ]}
          />
        </Card>
      </div>
    </>
  );
}

/** A restored or copied database is never taken for the original without a person's word. */
function Accept({ instance }: { instance: Instance }) {
  const client = useQueryClient();
  const may = useMay();
  const accept = useMutation({
    mutationFn: (as: "restored" | "copy") => send("POST", `/api/instances/${instance.id}/accept`, { as }),
    onSuccess: () => client.invalidateQueries(),
  });
  if (!may("manage:environments")) return null;
  return (
    <Card title={t("What is this database?")}>
      <div className="stack">
        <p>{t("It is not the one that was pulled before. Say what happened, and pulling goes on.")}</p>
        {accept.error && <ErrorNote error={accept.error} />}
        <div className="row">
          <Button busy={accept.isPending} onClick={() => accept.mutate("restored")}>
            {t("It was restored from a backup")}
          </Button>
          <Button busy={accept.isPending} onClick={() => accept.mutate("copy")}>
            {t("It is a copy, and a new instance")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
