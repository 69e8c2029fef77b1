import type { DayCount } from "../api/types.ts";
import { t } from "../i18n/index.ts";

export interface Series {
  name: "created" | "updated" | "deleted" | "other";
  label: string;
  values: number[];
}

/** Counts by day as the chart's four series. */
export function daySeries(days: DayCount[]): { days: string[]; series: Series[] } {
  return {
    days: days.map(({ day }) => day),
    series: [
      { name: "created", label: t("created"), values: days.map(({ created }) => created) },
      { name: "updated", label: t("updated"), values: days.map(({ updated }) => updated) },
      { name: "deleted", label: t("deleted"), values: days.map(({ deleted }) => deleted) },
      {
        name: "other",
        label: t("other events"),
        values: days.map(({ events, created, updated, deleted }) => events - created - updated - deleted),
      },
    ],
  };
}
