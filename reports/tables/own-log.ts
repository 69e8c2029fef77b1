import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import { AUDIT_INSTANCE } from "../../service/store/audit-rows.ts";
import { type EventTable, REFERENCE, WHO_AND_WHEN } from "../table.ts";
import { beforeAfter, detail, detailLines, fieldOf, plainText, reference, whoAndWhen } from "./cells.ts";
import { deviceLabel } from "./device.ts";

/** What people did in Vigil itself: chained and signed like Odoo's events. */
export const ownLog: EventTable = {
  id: "own-log",
  title: "Vigil's own log",
  about: "Who did what in Vigil itself: sign-ins, exports, policies, keys, members",
  empty: "Nobody did anything in Vigil itself in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "action", title: "Action", kind: "text", width: 26 },
    { id: "resource", title: "Resource", kind: "text", width: 26 },
    { id: "result", title: "Result", kind: "text", width: 10 },
    { id: "reason", title: "Reason", kind: "wrap", width: 26 },
    { id: "changes", title: "Changes", kind: "wrap", width: 36 },
    { id: "details", title: "Details", kind: "wrap", width: 36 },
    { id: "ip", title: "IP", kind: "code", width: 16 },
    { id: "device", title: "Device", kind: "text", width: 24 },
    ...REFERENCE,
  ],
  takes: ({ instance }) => instance === AUDIT_INSTANCE,
  rows(event) {
    const actor = (event.details?.actor ?? {}) as JsonObject;
    const [time, utc, instance] = whoAndWhen(event);
    const resource = [event.model, event.record_name ?? detail(event, "resource_id")].filter(Boolean).join(" ");
    return [
      [
        time,
        utc,
        instance,
        typeof actor.name === "string" ? actor.name : null,
        typeof actor.email === "string" ? actor.email : typeof actor.id === "string" ? actor.id : null,
        event.kind,
        resource || null,
        event.details?.success === false ? "refused" : "done",
        detail(event, "reason"),
        event.changes.map(changeLine).join("\n") || null,
        detailLines((event.details?.data ?? undefined) as JsonObject | undefined),
        event.ip ?? null,
        event.user_agent === undefined ? null : deviceLabel(event.user_agent),
        ...reference(event),
      ],
    ];
  },
};

function changeLine(change: Parameters<typeof fieldOf>[0]): string {
  const [before, after] = change.redacted ? beforeAfter(change) : [plainText(change.before), plainText(change.after)];
  return `${fieldOf(change)}: ${before || "—"} → ${after || "—"}`;
}
