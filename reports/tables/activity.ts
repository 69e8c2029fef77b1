import { ACCESS_RECORDED, accessInShort } from "../access/recorded.ts";
import { type EventTable, MODEL_AND_RECORD, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detailLines, fieldOf, modelAndRecord, reference, whereFrom, whoAndWhen } from "./cells.ts";

/** A row an event, whatever it is: one person's day from morning to evening. */
export const activity: EventTable = {
  id: "activity",
  title: "Activity",
  about: "Everything in the order in which it was recorded, a row for each event",
  empty: "Nothing was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "kind", title: "Event", kind: "text", width: 20 },
    { id: "category", title: "Category", kind: "text", width: 10 },
    { id: "severity", title: "Severity", kind: "text", width: 10 },
    ...MODEL_AND_RECORD,
    { id: "fields", title: "Fields", kind: "wrap", width: 40 },
    { id: "details", title: "Details", kind: "wrap", width: 36 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: () => true,
  rows: (event) => [
    [
      ...whoAndWhen(event),
      event.kind,
      event.category,
      event.severity,
      ...modelAndRecord(event),
      event.changes.length === 0 ? null : event.changes.map(fieldOf).join(", "),
      event.kind === ACCESS_RECORDED ? accessInShort(event.details) : detailLines(event.details, ["session"]),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};
