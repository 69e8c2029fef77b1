import { changes } from "../tables/changes.ts";
import { deletions } from "../tables/deletions.ts";
import { reads } from "../tables/reads.ts";
import type { Workbook } from "../workbook.ts";

/** The life of one record, or of all records of a model. */
export const recordHistory: Workbook = {
  name: "record-history",
  title: "Record history",
  about: "The life of a record, or of all records of a model, from creation to deletion",
  reads: { kinds: ["record.*"] },
  tables: [changes, deletions, reads],
  needs: ["model"],
  figures: ["events", "created", "updated", "deleted", "reads", "exports"],
  charts: ["time", "operation", "user"],
};
