import { type EventTable, MODEL_AND_RECORD, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { beforeAfter, fieldOf, modelAndRecord, operationOf, reference, whereFrom, whoAndWhen } from "./cells.ts";

/** What is gone, with the values it had at the end: a row a field. */
export const deletions: EventTable = {
  id: "deletions",
  title: "Deletions",
  about: "Records that were deleted, with their final values",
  empty: "Nothing was deleted in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "operation", title: "Operation", kind: "text", width: 12 },
    ...MODEL_AND_RECORD,
    { id: "field", title: "Field", kind: "text", width: 24 },
    { id: "final", title: "Final value", kind: "value", width: 38 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: ({ kind }) => kind === "record.deleted" || kind === "record.truncated",
  rows(event) {
    const left = [...whoAndWhen(event), operationOf(event), ...modelAndRecord(event)];
    const right = [...whereFrom(event), ...reference(event)];
    if (event.changes.length === 0) return [[...left, null, null, ...right]];
    return event.changes.map((change) => [...left, fieldOf(change), beforeAfter(change)[0], ...right]);
  },
};
