import { type EventTable, MODEL_AND_RECORD, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import {
  detail,
  detailLines,
  detailNumber,
  modelAndRecord,
  operationOf,
  reference,
  whereFrom,
  whoAndWhen,
} from "./cells.ts";

const KINDS = new Set([
  "record.read",
  "record.searched",
  "record.exported",
  "record.imported",
  "record.printed",
  "report.printed",
  "attachment.downloaded",
]);

/** What left the database, and what came in by files. */
export const reads: EventTable = {
  id: "reads",
  title: "Reads and exports",
  about: "Records that were read where reading is tracked, exported, printed, downloaded or imported",
  empty: "No read, export or import was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "operation", title: "Operation", kind: "text", width: 12 },
    ...MODEL_AND_RECORD,
    { id: "records", title: "Records", kind: "integer", width: 10 },
    { id: "format", title: "Format", kind: "text", width: 10 },
    { id: "details", title: "Details", kind: "wrap", width: 44 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: ({ kind }) => KINDS.has(kind),
  rows: (event) => [
    [
      ...whoAndWhen(event),
      operationOf(event),
      ...modelAndRecord(event),
      detailNumber(event, "count") ?? (event.record_id === undefined ? null : 1),
      detail(event, "format"),
      detailLines(event.details, ["count", "format"]),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};
