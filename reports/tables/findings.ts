import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import { AUDIT_INSTANCE } from "../../service/store/audit-rows.ts";
import type { StoredEvent } from "../../service/store/types.ts";
import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detailLines, modelName, plainText, reference, whereFrom, whoAndWhen } from "./cells.ts";
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
  rows: (event) => {
    const judged = judgement(event);
    const [time, utc, instance, name, login] = whoAndWhen(event);
    return [
      [
        time,
        utc,
        judged?.instance ?? instance,
        judged?.name ?? name,
        judged?.login ?? login,
        event.severity,
        event.kind,
        judged === undefined ? modelName(event) : null,
        judged === undefined
          ? (event.record_name ?? (event.record_id === undefined ? null : `#${event.record_id}`))
          : null,
        judged?.summary ?? detailLines(event.details, ["session"]),
        ...whereFrom(event),
        ...reference(event),
      ],
    ];
  },
};

/** What Vigil's own rules found: an entry of its own log about an instance. */
function judgement(event: StoredEvent) {
  const data = event.details?.data as JsonObject | undefined;
  if (event.instance !== AUDIT_INSTANCE || data === undefined) return undefined;
  const user = data.user as { name?: string; login?: string } | null | undefined;
  const count = typeof data.evidence_count === "number" ? `\n${data.evidence_count} events are the evidence` : "";
  return {
    instance: event.record_name ?? null,
    name: user?.name ?? null,
    login: user?.login ?? null,
    summary: `${plainText(data.summary)}${count}`,
  };
}
