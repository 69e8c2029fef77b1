import { type EventTable, REFERENCE, WHO_AND_WHEN } from "../table.ts";
import { detail, detailLines, reference, whoAndWhen } from "./cells.ts";

const WHY: Record<string, string> = {
  "tracking.gap": "Changes may be missing: capture was off or could not write",
  "tracking.triggers_missing": "Capture triggers were missing: changes of those models were not recorded",
  "tracking.uninstalled": "The addon was removed: nothing was recorded after this",
  "tracking.installed": "Recording began",
  "tracking.rules_changed": "What is recorded was changed",
  "tracking.moved": "The database was moved or copied",
  "tracking.adopted": "A restored or copied database was taken up again",
  "tracking.capture_altered": "A trigger of the capture was changed or switched off: changes may be missing",
  "tracking.capture_ended": "The table of a recorded model is gone: nothing more of it is recorded",
  "tracking.limit_reached":
    "The store in Odoo was full because the service was away for too long: changes may be missing",
  "tracking.limit_ended": "The store in Odoo had room again",
  "tracking.released": "What waited in Odoo was thrown away before the service had it: changes are missing",
  "tracking.restored": "A restored database was accepted: the record goes on from there",
  "tracking.erased": "A person's values were erased from the evidence",
};

/** When the audit was not complete, and why. */
export const gaps: EventTable = {
  id: "gaps",
  title: "Gaps",
  about: "When recording began, stopped, was incomplete or was changed",
  empty: "Recording was never interrupted or changed in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "kind", title: "Event", kind: "text", width: 24 },
    { id: "severity", title: "Severity", kind: "text", width: 10 },
    { id: "meaning", title: "What it means", kind: "wrap", width: 44 },
    { id: "reason", title: "Reason", kind: "wrap", width: 36 },
    { id: "details", title: "Details", kind: "wrap", width: 44 },
    ...REFERENCE,
  ],
  takes: ({ kind }) => kind.startsWith("tracking."),
  rows: (event) => [
    [
      ...whoAndWhen(event),
      event.kind,
      event.severity,
      WHY[event.kind] ?? null,
      detail(event, "reason"),
      detailLines(event.details, ["reason"]),
      ...reference(event),
    ],
  ],
};
