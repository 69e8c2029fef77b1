import type { ReportFilter } from "../service/store/report-rows.ts";
import type { FigureName } from "./figures.ts";
import type { Subject } from "./source.ts";
import type { EventTable, FixedTable } from "./table.ts";

/** One report: a file in `workbooks/`, and its line in `registry.ts`. */
export interface Workbook {
  name: string;
  title: string;
  about: string;
  /** what it reads at all; absent: every event of the period */
  reads?: Pick<ReportFilter, "kinds" | "models" | "categories">;
  tables: EventTable[];
  /** tables of what the store knows beside events */
  fixed?: ((subject: Subject) => FixedTable)[];
  /** with who has which right at the end of the period */
  access?: boolean;
  /** the service's own log belongs in it */
  ownLog?: boolean;
  /** filters without which it makes no sense */
  needs?: ("model" | "user")[];
  /** figures of the summary, in this order: only what this report reads, or they would be zeros that say nothing */
  figures: FigureName[];
  /** charts of the summary, in this order */
  charts: ChartName[];
}

export type ChartName = "time" | "operation" | "model" | "user" | "country" | "hour";
