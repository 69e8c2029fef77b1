import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useTheme } from "../app/theme.ts";
import { figure, locale } from "../i18n/index.ts";
import type { Series } from "./day-series.ts";

/** Stacked columns: each series is drawn as the sum up to it, the tallest first. */
export default function Canvas({ days, series }: { days: string[]; series: Series[] }) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read here
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const color = colours(element);
    const font = `${Math.round(0.84 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize))}px ${getComputedStyle(document.body).fontFamily}`;
    let sum = days.map(() => 0);
    const stacked = series.map(({ values }) => {
      sum = values.map((value, index) => value + sum[index]!);
      return sum;
    });
    const columns = stacked.map((values, index) => ({ values, series: series[index]! })).reverse();
    const axis = {
      stroke: color("--ink-3"),
      font,
      grid: { stroke: color("--rule"), width: 1 },
      ticks: { show: false },
    };
    const day = new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short" });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 190,
        cursor: { show: false },
        legend: { show: false },
        padding: [8, 4, 0, 0],
        scales: {
          x: { time: false, range: (_plot, min, max) => [min - 0.6, max + 0.6] },
          y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.08)] },
        },
        axes: [
          {
            ...axis,
            size: 26,
            grid: { show: false },
            values: (_plot, at) => at.map((x) => (days[x] ? day.format(new Date(`${days[x]}T12:00:00Z`)) : "")),
            incrs: [1, 2, 5, 7, 10, 14, 30],
            space: 60,
          },
          {
            ...axis,
            size: 48,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
            values: (_plot, at) => at.map((y) => figure(y, { notation: "compact" })),
          },
        ],
        series: [
          {},
          ...columns.map(({ series: { name } }) => ({
            fill: color(`--fill-${name}`),
            width: 0,
            points: { show: false },
            paths: uPlot.paths.bars!({ size: [0.7, 40], radius: 0.12 }),
          })),
        ],
      },
      [days.map((_day, index) => index), ...columns.map(({ values }) => values)],
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 190 }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [days, series, theme]);
  return <div ref={box} />;
}

/** A canvas knows no custom properties and no light-dark(): an element resolves them for it. */
function colours(host: HTMLElement): (property: string) => string {
  const probe = document.createElement("span");
  return (property) => {
    probe.style.color = `var(${property})`;
    host.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
}
