import "./organisation.css";
import { usePages } from "../../api/pages.ts";
import { type Query, url } from "../../api/request.ts";
import type { AuditLogEntry } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge, kindLabel, Seal } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { More } from "../../parts/more.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty, NotAllowed } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { plain } from "../../parts/value.tsx";
import { sayFinding } from "../findings/finding-text.ts";

const KEYS = ["action", "userId", "resourceType", "resourceId", "from", "to"] as const;

/** What was done in Vigil itself: chained and sealed as Odoo's events are. */
export function AuditLogPage() {
  const may = useMay();
  const [search, change] = useAddress();
  const allowed = may("view:audit_logs");
  const filter: Query = Object.fromEntries(KEYS.filter((key) => search[key]).map((key) => [key, search[key]]));
  const pages = usePages<AuditLogEntry>("/api/audit-logs", filter, {
    limit: 100,
    enabled: allowed,
    refresh_ms: 30_000,
  });
  if (!allowed) return <NotAllowed what="view:audit_logs" />;
  const filtered = Object.keys(filter).length > 0;
  const day = (key: "from" | "to", label: string) => (
    <label className="inline">
      {label}
      <input
        className="input"
        type="date"
        value={search[key]?.slice(0, 10) ?? ""}
        onChange={({ target: { value } }) =>
          change({ [key]: value && new Date(`${value}T${key === "from" ? "00:00:00" : "23:59:59.999"}`).toISOString() })
        }
      />
    </label>
  );
  return (
    <Page
      title={t("Own audit log")}
      lead={t(
        "Who did what in Vigil itself: sign-ins, changes of settings, exports. Chained and sealed like Odoo's events.",
      )}
      actions={
        may("view:audit_logs") &&
        ["csv", "ndjson"].map((format) => (
          <a key={format} className="button" href={url("/api/audit-logs/export", { ...filter, format })} download>
            <Icon name="download" /> {format.toUpperCase()}
          </a>
        ))
      }
    >
      <search className="filters" aria-label={t("Filter the audit log")}>
        <input
          className="input wide"
          type="search"
          aria-label={t("Action")}
          placeholder={t("Action, such as auth.login")}
          defaultValue={search.action}
          key={search.action}
          onKeyDown={(event) => event.key === "Enter" && change({ action: event.currentTarget.value.trim() })}
          onBlur={(event) => change({ action: event.currentTarget.value.trim() })}
        />
        {day("from", t("From"))}
        {day("to", t("To"))}
        {search.userId && (
          <Button icon="close" onClick={() => change({ userId: undefined })}>
            {t("one person")}
          </Button>
        )}
        {filtered && (
          <Button kind="ghost" onClick={() => change(Object.fromEntries(KEYS.map((key) => [key, undefined])))}>
            {t("Clear")}
          </Button>
        )}
      </search>
      <Card flush>
        <Answer query={pages} lines={12}>
          {(items) => (
            <Table
              label={t("Own audit log")}
              items={items}
              rowKey={({ id }) => id}
              empty={
                <Empty icon="audit" title={filtered ? t("Nothing matches") : t("Nothing yet")}>
                  <p>
                    {filtered
                      ? t("Take a part of the filter away, or choose a longer period.")
                      : t("The first sign-in will be the first entry.")}
                  </p>
                </Empty>
              }
              columns={[
                {
                  key: "seq",
                  label: t("No."),
                  kind: "number",
                  cell: ({ seq }) => <code className="quiet">{seq}</code>,
                  spare: true,
                },
                { key: "time", label: t("When"), kind: "narrow", cell: ({ timestamp }) => <Time at={timestamp} /> },
                { key: "action", label: t("Action"), kind: "narrow", cell: (each) => <Action entry={each} /> },
                {
                  key: "actor",
                  label: t("Who"),
                  kind: "narrow",
                  cell: ({ actor }) => (
                    <button
                      type="button"
                      className="link"
                      onClick={() => change({ userId: actor.id })}
                      title={actor.email ?? actor.id}
                    >
                      {actor.name}
                    </button>
                  ),
                },
                {
                  key: "resource",
                  label: t("What"),
                  cell: ({ resource }) =>
                    resource && (
                      <span title={resource.id}>
                        {resource.name ?? ""} <span className="quiet">{t(resource.type.replaceAll("_", " "))}</span>
                      </span>
                    ),
                },
                {
                  key: "from",
                  label: t("From where"),
                  cell: ({ ip, method }) =>
                    [ip, method && t(method.replaceAll("_", " "))].filter(Boolean).join(" · ") || (
                      <span className="quiet">—</span>
                    ),
                },
                { key: "details", label: t("Details"), cell: (each) => <EntryDetails entry={each} /> },
                {
                  key: "hash",
                  label: t("Seal"),
                  kind: "narrow",
                  cell: ({ hash }) => <Seal hash={hash} length={6} />,
                  spare: true,
                },
              ]}
            />
          )}
        </Answer>
      </Card>
      <More of={pages} />
    </Page>
  );
}

function Action({ entry }: { entry: AuditLogEntry }) {
  return (
    <span className="row">
      <span title={entry.action}>{kindLabel(entry.action)}</span>
      {!entry.success && (
        <Badge tone="bad" {...(entry.reason ? { title: entry.reason } : {})}>
          {t("failed")}
        </Badge>
      )}
      {entry.owner_only && <Badge>{t("owners only")}</Badge>}
    </span>
  );
}

/** What a rule found is said in its own sentence. */
const sentence = ({ details }: AuditLogEntry): string | undefined =>
  typeof details?.summary === "string" ? sayFinding(details.summary) : undefined;

function EntryDetails({ entry }: { entry: AuditLogEntry }) {
  const details = Object.entries(entry.details ?? {});
  if (!details.length) return <span className="quiet">{entry.reason ?? "—"}</span>;
  return (
    <details className="audit-details">
      <summary>
        {entry.reason ??
          sentence(entry) ??
          details
            .map(([key]) => t(key.replaceAll("_", " ")))
            .slice(0, 3)
            .join(", ")}
      </summary>
      {details.map(([key, value]) => (
        <div key={key}>
          <span className="quiet">{t(key.replaceAll("_", " "))}:</span> {plain(value)}
        </div>
      ))}
    </details>
  );
}
