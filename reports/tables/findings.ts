import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detailLines, modelName, reference, whereFrom, whoAndWhen } from "./cells.ts";
import { gaps } from "./gaps.ts";

/** What somebody should look at: everything of category security, and all that is critical. */
export const findings: EventTable = {
  id: "findings",
  title: "Findings",
  about: "Suspicious events: refused operations, and whatever was classed as security or as critical",
  empty: "Nothing suspicious was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "severity", title: "Severity", kind: "text", width: 10 },
    { id: "finding", title: "Finding", kind: "text", width: 26 },
    { id: "model", title: "Model", kind: "text", width: 24 },
    { id: "record", title: "Record", kind: "text", width: 24 },
    { id: "details", title: "Details", kind: "wrap", width: 56 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: (event) => (event.category === "security" || event.severity === "critical") && !gaps.takes(event),
  rows: (event) => [
    [
      ...whoAndWhen(event),
      event.severity,
      event.kind,
      modelName(event),
      event.record_name ?? (event.record_id === undefined ? null : `#${event.record_id}`),
      detailLines(event.details),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};
