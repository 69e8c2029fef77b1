import { lazy, Suspense } from "react";
import { figure, t } from "../i18n/index.ts";
import type { Series } from "./day-series.ts";
import { showTime } from "./time.tsx";

const Canvas = lazy(() => import("./chart-canvas.tsx"));

/** Events a day as stacked columns. uPlot comes only when a chart is shown; the table beside it is for those who hear. */
export function DayChart({ days, series, label }: { days: string[]; series: Series[]; label: string }) {
  const shown = series.filter(({ values }) => values.some((value) => value > 0));
  return (
    <figure className="stack">
      <div className="chart" aria-hidden="true">
        <Suspense fallback={null}>
          <Canvas days={days} series={shown} />
        </Suspense>
      </div>
      <figcaption className="chart-legend">
        {shown.map(({ name, label }) => (
          <span key={name} className={name}>
            {label}
          </span>
        ))}
      </figcaption>
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{t("Day")}</th>
              {shown.map(({ name, label }) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day, index) => (
              <tr key={day}>
                <th scope="row">{showTime(`${day}T12:00:00Z`, "day")}</th>
                {shown.map(({ name, values }) => (
                  <td key={name}>{figure(values[index]!)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

export function Bars({
  items,
  empty,
}: {
  items: { label: React.ReactNode; key: string; value: number }[];
  empty?: string;
}) {
  const most = Math.max(1, ...items.map(({ value }) => value));
  if (items.length === 0) return <p className="quiet">{empty ?? t("Nothing in this period.")}</p>;
  return (
    <ul className="bars">
      {items.map(({ key, label, value }) => (
        <li key={key}>
          <span className="cut">{label}</span>
          <span>{figure(value)}</span>
          <progress max={most} value={value} aria-label={`${key}: ${figure(value)}`} />
        </li>
      ))}
    </ul>
  );
}
