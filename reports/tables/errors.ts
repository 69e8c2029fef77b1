import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detail, detailLines, modelName, reference, whereFrom, whoAndWhen } from "./cells.ts";

/** What was tried and did not happen. */
export const errors: EventTable = {
  id: "errors",
  title: "Errors",
  about: "Operations that Odoo refused or that failed",
  empty: "No operation was refused and none failed in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "outcome", title: "Outcome", kind: "text", width: 10 },
    { id: "model", title: "Model", kind: "text", width: 24 },
    { id: "record_id", title: "Record id", kind: "integer", width: 10 },
    { id: "operation", title: "Operation", kind: "text", width: 16 },
    { id: "reason", title: "Reason", kind: "wrap", width: 56 },
    { id: "details", title: "Details", kind: "wrap", width: 30 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: ({ kind }) => kind === "operation.denied" || kind === "operation.failed",
  rows: (event) => [
    [
      ...whoAndWhen(event),
      event.kind.slice("operation.".length),
      modelName(event),
      event.record_id ?? null,
      detail(event, "operation", "method"),
      detail(event, "reason", "message"),
      detailLines(event.details, ["operation", "method", "reason", "message"]),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};
