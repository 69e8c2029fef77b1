import { Link } from "@tanstack/react-router";
import { usePages } from "../../api/pages.ts";
import type { Finding, Instance } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { kindLabel, SeverityMark } from "../../parts/badge.tsx";
import { Icon } from "../../parts/icon.tsx";
import { InstancePicker, WithInstance } from "../../parts/instance-picker.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty, NotAllowed } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { plain } from "../../parts/value.tsx";
import { findingsPath, findingText } from "./finding-text.ts";

const SEVERITIES = ["critical", "high", "medium", "low"];

export function FindingsPage() {
  const may = useMay();
  const [{ severity }, change] = useAddress();
  if (!may("view:sessions")) return <NotAllowed what="view:sessions" />;
  return (
    <Page
      title={t("Findings")}
      lead={t(
        "What the rules found worth a look. The same events always give the same findings; each names its evidence.",
      )}
      actions={
        <>
          <InstancePicker />
          <Link to="/policies" search={{ tab: "rules" }} className="button">
            <Icon name="policy" /> {t("Rules of suspicion")}
          </Link>
          <select
            className="input auto"
            aria-label={t("Severity")}
            value={severity ?? ""}
            onChange={(event) => change({ severity: event.target.value })}
          >
            <option value="">{t("Any severity")}</option>
            {SEVERITIES.map((each) => (
              <option key={each} value={each}>
                {t(each)}
              </option>
            ))}
          </select>
        </>
      }
    >
      <WithInstance>{(instance) => <Findings instance={instance} />}</WithInstance>
    </Page>
  );
}

function Findings({ instance }: { instance: Instance }) {
  const [{ severity, finding: chosen }] = useAddress();
  const query = usePages<Finding>(findingsPath(instance.id), { severity }, { refresh_ms: 15_000 });
  return (
    <Card flush>
      <Answer query={query} lines={8}>
        {(items) => (
          <Table
            label={t("Findings")}
            items={items}
            rowKey={({ id }) => id}
            tone={({ id }) => (id === chosen ? "chosen" : undefined)}
            empty={
              <Empty icon="policy" title={t("Nothing suspicious was found")}>
                <p>
                  {t(
                    "Rules look at failed logins, new places and devices, bursts of reads and exports, and changes of rights.",
                  )}
                </p>
              </Empty>
            }
            columns={[
              {
                key: "severity",
                label: t("Severity"),
                kind: "narrow",
                cell: ({ severity: grade }) => <SeverityMark severity={grade} text />,
              },
              { key: "when", label: t("When"), kind: "narrow", cell: ({ occurred_at }) => <Time at={occurred_at} /> },
              { key: "what", label: t("What"), kind: "wide", cell: (each) => <What finding={each} /> },
              {
                key: "rule",
                label: t("Rule"),
                cell: ({ kind }) => <span className="quiet">{kindLabel(kind)}</span>,
                spare: true,
              },
              { key: "who", label: t("Who"), cell: (each) => who(each) },
              { key: "evidence", label: t("Evidence"), kind: "narrow", cell: (each) => <Evidence finding={each} /> },
            ]}
          />
        )}
      </Answer>
      <More of={query} />
    </Card>
  );
}

function What({ finding }: { finding: Finding }) {
  const details = Object.entries(finding.details ?? {});
  if (details.length === 0) return <strong>{findingText(finding)}</strong>;
  return (
    <details>
      <summary>
        <strong>{findingText(finding)}</strong>
      </summary>
      {details.map(([key, value]) => (
        <div key={key}>
          <span className="quiet">{t(key.replaceAll("_", " "))}:</span> {plain(value)}
        </div>
      ))}
    </details>
  );
}

const who = ({ user, ip, instance }: Finding) =>
  user ? (
    <Link to="/trail" search={{ instance, user }}>
      {user}
    </Link>
  ) : (
    (ip ?? "—")
  );

function Evidence({ finding: { instance, evidence_count, evidence, seq } }: { finding: Finding }) {
  const last = evidence.at(-1) ?? seq;
  return (
    <Link to="/trail" search={{ instance, event: `${instance}:${last}` }}>
      {n(evidence_count, "{n} event", "{n} events")}
    </Link>
  );
}
