import { type EventTable, MODEL_AND_RECORD, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import {
  beforeAfter,
  detail,
  detailLines,
  fieldOf,
  modelAndRecord,
  reference,
  whereFrom,
  whoAndWhen,
} from "./cells.ts";

/** Rights, users, settings, modules, automations: what can open every other door. */
export const privileged: EventTable = {
  id: "privileged",
  title: "Privileged actions",
  about: "Changes of users, groups, access rules, settings, modules and automations, and of what is tracked",
  empty: "No privileged action was recorded in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "action", title: "Action", kind: "text", width: 24 },
    { id: "severity", title: "Severity", kind: "text", width: 10 },
    ...MODEL_AND_RECORD,
    { id: "field", title: "Field", kind: "text", width: 22 },
    { id: "before", title: "Before", kind: "value", width: 30 },
    { id: "after", title: "After", kind: "value", width: 30 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: (event) => event.category === "admin",
  rows(event) {
    const left = [...whoAndWhen(event), event.kind, event.severity, ...modelAndRecord(event)];
    const right = [...whereFrom(event), ...reference(event)];
    if (event.changes.length === 0) {
      const after = [detail(event, "after"), detailLines(event.details, ["before", "after"])];
      return [[...left, null, detail(event, "before"), after.filter(Boolean).join("\n") || null, ...right]];
    }
    return event.changes.map((change) => [...left, fieldOf(change), ...beforeAfter(change), ...right]);
  },
};
