import type { StoredEvent } from "../../service/store/types.ts";
import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { beforeAfter, fieldOf, modelName, reference, whereFrom, whoAndWhen } from "./cells.ts";

const MODELS = new Set(["res.users", "res.groups", "res.groups.privilege", "ir.rule", "ir.model.access"]);
const GROUPS = /^(groups?_ids?|group_ids|implied_ids|all_group_ids|user_ids|users|perm_.*|active|share|role)$/;

/** Who was given which right by whom: a row for each group, rule or permission that changed. */
export const rights: EventTable = {
  id: "rights",
  title: "Rights given and taken",
  about: "Groups of users, access rights and record rules: who changed whose, and how",
  empty: "No right was given or taken in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "change", title: "Change", kind: "text", width: 10 },
    { id: "model", title: "What", kind: "text", width: 24 },
    { id: "record", title: "Whose", kind: "text", width: 26 },
    { id: "field", title: "Right", kind: "text", width: 22 },
    { id: "taken", title: "Taken, or before", kind: "value", width: 32 },
    { id: "given", title: "Given, or after", kind: "value", width: 32 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: (event) => MODELS.has(event.model ?? "") && event.kind.startsWith("record.") && relevant(event).length > 0,
  rows: (event) =>
    relevant(event).map((change) => [
      ...whoAndWhen(event),
      event.kind.slice("record.".length),
      modelName(event),
      event.record_name ?? (event.record_id === undefined ? null : `#${event.record_id}`),
      fieldOf(change),
      ...beforeAfter(change),
      ...whereFrom(event),
      ...reference(event),
    ]),
};

function relevant(event: StoredEvent): StoredEvent["changes"] {
  if (event.model === "ir.rule" || event.model === "ir.model.access") return event.changes;
  return event.changes.filter((change) => GROUPS.test(change.field) || change.added || change.removed);
}
