import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import "./overview.css";
import { instancesQuery, reading } from "../../api/queries.ts";
import type { Finding, Instance, List, Overview } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { figure, n, t } from "../../i18n/index.ts";
import { KindMark, kindLabel, SeverityMark } from "../../parts/badge.tsx";
import { Bars, DayChart } from "../../parts/chart.tsx";
import { daySeries } from "../../parts/day-series.ts";
import { Health, lag, troubles } from "../../parts/health.tsx";
import { Icon } from "../../parts/icon.tsx";
import { NoInstance } from "../../parts/instance-picker.tsx";
import { Card, Figure, Page } from "../../parts/page.tsx";
import { Answer, NotAllowed } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { findingsPath, findingText } from "../findings/finding-text.ts";

/** Is everything captured, sealed and calm? One look should answer it. */
export function OverviewPage() {
  const may = useMay();
  const instances = useQuery({ ...instancesQuery, enabled: may("view:environments") });
  if (!may("view:environments")) return <NotAllowed what="view:environments" />;
  return (
    <Page title={t("Overview")} lead={instances.data && <Sentence instances={instances.data.items} />}>
      <Answer query={instances}>
        {({ items }) => (items.length === 0 ? <NoInstance /> : <Fleet instances={items} />)}
      </Answer>
    </Page>
  );
}

function Sentence({ instances }: { instances: Instance[] }) {
  const ill = instances.filter(({ health }) => health !== "ok" && health !== "waiting").length;
  if (instances.length === 0) return null;
  return ill === 0
    ? n(
        instances.length,
        "{n} Odoo, captured and sealed without a gap.",
        "{n} Odoos, all captured and sealed without a gap.",
      )
    : n(ill, "{n} instance needs a look.", "{n} instances need a look.");
}

function Fleet({ instances }: { instances: Instance[] }) {
  const may = useMay();
  const overview = useQuery({ ...reading<Overview>("/api/overview"), refetchInterval: 15_000 });
  const sum = (key: "head_seq" | "sealed_seq"): number => instances.reduce((total, each) => total + each[key], 0);
  const slowest = instances.reduce((worst, each) =>
    (each.lag_seconds ?? 0) > (worst.lag_seconds ?? 0) ? each : worst,
  );
  const healthy = instances.filter(({ health }) => health === "ok").length;
  return (
    <>
      <div className="figures">
        <Figure
          label={t("Healthy")}
          value={`${healthy} / ${instances.length}`}
          tone={healthy === instances.length ? "good" : "bad"}
          note={t("instances")}
        />
        <Figure
          label={t("Events today")}
          value={overview.data ? figure(overview.data.events.today) : "…"}
          note={t("since midnight UTC")}
        />
        <Figure
          label={t("Events stored")}
          value={figure(sum("head_seq"))}
          note={t("{n} sealed", { n: figure(sum("sealed_seq")) })}
        />
        <Figure label={t("Longest lag")} value={lag(slowest)} note={slowest.name} />
        {overview.data && (
          <Figure label={t("Signed in now")} value={figure(overview.data.sessions.live)} note={t("in Odoo")} />
        )}
      </div>
      <div className="overview-grid">
        <Card title={t("Events a day")} className="wide">
          <Answer query={overview} lines={5}>
            {({ events }) => <DayChart {...daySeries(events.days)} label={t("Events a day")} />}
          </Answer>
        </Card>
        {may("view:sessions") && <RecentFindings instances={instances} />}
        <Card title={t("Instances")} aside={<Link to="/instances">{t("All")}</Link>} className="wide">
          <ul className="fleet">
            {instances.map((each) => (
              <li key={each.id}>
                <Link to="/instances/$instance" params={{ instance: each.name }}>
                  {each.name}
                </Link>
                <Health instance={each} />
                <span className="quiet">Odoo {each.odoo_version ?? "?"}</span>
                <span>{n(each.head_seq, "{n} event", "{n} events")}</span>
                <span className="quiet">
                  {t("pulled")} <Time at={each.last_pull_at} style="ago" />
                </span>
                {troubles(each)[0] && <p className="fleet-trouble">{troubles(each)[0]}</p>}
              </li>
            ))}
          </ul>
        </Card>
      </div>
      {may("view:audit_logs") && overview.data && <LastWeek counts={overview.data.events} />}
    </>
  );
}

/** What the week was made of; each line leads to its events. */
function LastWeek({ counts: { severities, kinds } }: { counts: Overview["events"] }) {
  const grades = ["critical", "high", "medium", "low"].flatMap(
    (grade) => severities.find(({ value }) => value === grade) ?? [],
  );
  const bars = (name: "severity" | "kind", counts: typeof kinds) =>
    counts.map(({ value, events }) => ({
      key: name === "kind" ? kindLabel(value) : t(value),
      value: events,
      label: (
        <Link to="/trail" search={{ [name]: value, period: "7d" }}>
          {name === "kind" ? <KindMark kind={value} /> : <SeverityMark severity={value as Finding["severity"]} text />}
        </Link>
      ),
    }));
  return (
    <div className="grid">
      <Card title={t("How grave, last 7 days")}>
        <Bars items={bars("severity", grades)} />
      </Card>
      <Card title={t("What happened most, last 7 days")}>
        <Bars items={bars("kind", kinds.slice(0, 5))} />
      </Card>
    </div>
  );
}

/** Each instance is asked for its newest; what they say is put in order here. */
function RecentFindings({ instances }: { instances: Instance[] }) {
  const query = useQueries({
    queries: instances
      .slice(0, 8)
      .map(({ id }) => ({ ...reading<List<Finding>>(findingsPath(id), { limit: 6 }), retry: false })),
    combine: (answers) => ({
      data: answers.some(({ isPending }) => isPending)
        ? undefined
        : newest(answers.flatMap(({ data }) => data?.items ?? [])),
      error: answers.find(({ error }) => error)?.error,
      refetch: () => Promise.all(answers.map(({ refetch }) => refetch())),
    }),
  });
  return (
    <Card title={t("Recent findings")} aside={<Link to="/findings">{t("All")}</Link>}>
      <Answer query={query} lines={4}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet row">
              <Icon name="check" /> {t("Nothing suspicious was found.")}
            </p>
          ) : (
            <ul className="findings">
              {items.map((finding) => (
                <li key={finding.id}>
                  <SeverityMark severity={finding.severity} />
                  <div>
                    <Link to="/findings" search={{ finding: finding.id }}>
                      {findingText(finding)}
                    </Link>
                    <p className="quiet">
                      {finding.instance} · <Time at={finding.occurred_at} style="ago" />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  );
}

const newest = (findings: Finding[]): Finding[] =>
  findings.toSorted((a, b) => b.occurred_at.localeCompare(a.occurred_at)).slice(0, 6);
