import { type EventTable, MODEL_AND_RECORD, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { beforeAfter, fieldOf, modelAndRecord, operationOf, reference, whereFrom, whoAndWhen } from "./cells.ts";

/** A row for each field of each change. */
export const changes: EventTable = {
  id: "changes",
  title: "Changes",
  about: "Every field that was created or changed, with its value before and after",
  empty: "No change was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "operation", title: "Operation", kind: "text", width: 10 },
    ...MODEL_AND_RECORD,
    { id: "field", title: "Field", kind: "text", width: 19 },
    { id: "before", title: "Before", kind: "value", width: 26 },
    { id: "after", title: "After", kind: "value", width: 26 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: ({ kind }) => kind === "record.created" || kind === "record.updated" || kind === "record.merged",
  rows(event) {
    const left = [...whoAndWhen(event), operationOf(event), ...modelAndRecord(event)];
    const right = [...whereFrom(event), ...reference(event)];
    if (event.changes.length === 0) return [[...left, null, null, null, ...right]];
    return event.changes.map((change) => [...left, fieldOf(change), ...beforeAfter(change), ...right]);
  },
};
