import { classifyKind, isCategory, isSeverity } from "../classify.ts";
import type { OdooEvent } from "../event.ts";
import type { JsonObject, Page, WireRow, WireTransaction } from "../protocol.ts";
import { type Actor, decodeActor, present } from "./actor.ts";
import { isObject } from "./equal.ts";
import type { SafeText } from "./safe-text.ts";

const KNOWN = new Set([
  "kind",
  "category",
  "severity",
  "model",
  "record_id",
  "record_name",
  "details",
  "transaction",
  "attribution",
]);

/**
 * An "e" row: reads, exports, denials, what the tracking says of itself. A kind that this version does not know is
 * kept as it came, with everything unknown under `details`.
 */
export function decodeOwnEvent(
  page: Page,
  row: WireRow,
  shared: {
    actor: Actor;
    source_id: string;
    transaction: string;
    model?: string;
    labels: Map<string, string>;
    safe: SafeText;
  },
): OdooEvent {
  const { safe } = shared;
  const payload = safe.json(present(row[7] ?? {})) as JsonObject;
  const kind = typeof payload.kind === "string" ? payload.kind : "unknown";
  const guess = classifyKind(kind);
  // Written by a cursor of its own, such an event may carry its attribution with it.
  const carried = payload.attribution ?? payload.transaction;
  const actor = isObject(carried) ? decodeActor(page, carried as unknown as WireTransaction, safe) : shared.actor;
  const { db, ...who } = actor;
  const event: OdooEvent = {
    source_id: shared.source_id,
    occurred_at: row[5],
    kind,
    category: isCategory(payload.category) ? payload.category : guess.category,
    severity: isSeverity(payload.severity) ? payload.severity : guess.severity,
    ...who,
    transaction: shared.transaction,
    changes: [],
  };
  const model = typeof payload.model === "string" ? payload.model : shared.model;
  if (model !== undefined) {
    event.model = model;
    const label = shared.labels.get(model);
    if (label !== undefined) event.model_label = safe.text(label);
  }
  const id = typeof payload.record_id === "number" ? payload.record_id : row[3];
  // what a caller gave as an id may be any number
  if (Number.isSafeInteger(id) && id > 0) {
    event.record_id = id;
    const name = payload.record_name ?? (model === undefined ? undefined : page.names[model]?.[id]);
    if (typeof name === "string") event.record_name = safe.text(name);
  }
  const details: JsonObject = isObject(payload.details) ? { ...payload.details } : {};
  for (const [key, value] of Object.entries(payload)) if (!KNOWN.has(key)) details[key] = value;
  if (db !== undefined) details.db = db;
  if (Object.keys(details).length > 0) event.details = details;
  return event;
}
