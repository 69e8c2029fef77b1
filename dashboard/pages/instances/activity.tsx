import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { reading } from "../../api/queries.ts";
import type { Activity as Counts, Instance } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { t } from "../../i18n/index.ts";
import { KindMark } from "../../parts/badge.tsx";
import { Bars, DayChart } from "../../parts/chart.tsx";
import { daySeries } from "../../parts/day-series.ts";
import { Card } from "../../parts/page.tsx";
import { periodLabel } from "../../parts/periods.ts";
import { Answer } from "../../parts/states.tsx";

const PERIODS = ["1d", "7d", "14d", "30d", "90d"];

export default function Activity({ instance }: { instance: Instance }) {
  const [{ days = "30d" }, change] = useAddress();
  const query = useQuery(reading<Counts>(`/api/instances/${instance.id}/activity`, { period: days }));
  const { name } = instance;
  return (
    <>
      <div className="filters">
        <select
          className="input"
          aria-label={t("Period")}
          value={days}
          onChange={(event) => change({ days: event.target.value })}
        >
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              {periodLabel(each)}
            </option>
          ))}
        </select>
      </div>
      <Answer query={query}>
        {(counts) => (
          <>
            <Card title={t("Events a day")}>
              <DayChart {...daySeries(counts.days)} label={t("Events a day")} />
            </Card>
            <div className="grid">
              <Card title={t("Who")}>
                <Bars
                  items={counts.users
                    .filter(named)
                    .slice(0, 10)
                    .map(({ value: login, label: who = login, events }) => ({
                      key: login,
                      value: events,
                      label: (
                        <Link to="/trail" search={{ instance: name, user: login, period: days }}>
                          {who}
                        </Link>
                      ),
                    }))}
                />
              </Card>
              <Card title={t("What")}>
                <Bars
                  items={counts.models
                    .filter(named)
                    .slice(0, 10)
                    .map(({ value: model, label = model, events }) => ({
                      key: model,
                      value: events,
                      label: (
                        <Link to="/trail" search={{ instance: name, model, period: days }}>
                          {label}
                        </Link>
                      ),
                    }))}
                />
              </Card>
              <Card title={t("Kinds")}>
                <Bars
                  items={counts.kinds.slice(0, 10).map(({ value: kind, events }) => ({
                    key: kind,
                    value: events,
                    label: (
                      <Link to="/trail" search={{ instance: name, kind, period: days }}>
                        <KindMark kind={kind} />
                      </Link>
                    ),
                  }))}
                />
              </Card>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

/** Events that concern no model are counted under an empty name. */
const named = ({ value }: { value: string }): boolean => value !== "";
