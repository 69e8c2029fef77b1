import { reads } from "../tables/reads.ts";
import type { Workbook } from "../workbook.ts";

/** What left the database. */
export const readsWorkbook: Workbook = {
  name: "reads",
  title: "Reads and exports",
  about: "Who read, exported, printed, downloaded or imported which records",
  reads: {
    kinds: [
      "record.read",
      "record.searched",
      "record.exported",
      "record.imported",
      "record.printed",
      "report.printed",
      "attachment.downloaded",
    ],
  },
  tables: [reads],
  figures: ["events", "reads", "exports"],
  charts: ["time", "operation", "model", "user"],
};
