import { randomUUID } from "node:crypto";
import { classifyKind } from "../../odoo_addon_client/classify.ts";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { JsonObject } from "../../odoo_addon_client/json.ts";

/** What the service itself adds to an instance's chain; category and severity are those of the kind. */
export function serviceEvent(now: Date, kind: `tracking.${string}`, details: JsonObject): OdooEvent {
  const id = randomUUID();
  return {
    source_id: `vigil/${kind.slice("tracking.".length)}/${id}`,
    occurred_at: now.toISOString().replace("Z", "000Z"),
    kind,
    ...classifyKind(kind),
    user: null,
    origin: { type: "system" },
    transaction: `vigil/${id}`,
    changes: [],
    details,
  };
}
