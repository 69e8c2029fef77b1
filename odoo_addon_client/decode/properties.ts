import type { Change } from "../event.ts";
import type { Column, Json, JsonObject, Property } from "../protocol.ts";
import { isObject, sameJson } from "./equal.ts";
import { decoderFor, named, type ValueContext } from "./values.ts";

/**
 * The properties that a user defined on the record's container: one change for each that differs, under its own label
 * and type. Its field is `task_properties.aa34746a6851ee4e`; without a definition its number is all that is known.
 */
export function propertyChanges(
  column: Column,
  label: string,
  before: Json | undefined,
  after: Json | undefined,
  context: ValueContext,
): Change[] {
  const old = isObject(before) ? before : {};
  const now = isObject(after) ? after : {};
  const changes: Change[] = [];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const definition = context.properties[name];
    const [left, right] = [given(definition, old[name]), given(definition, now[name])];
    if (sameJson(left, right)) continue;
    const change: Change = {
      field: context.safe.text(`${column.field}.${name}`),
      label: definition === undefined ? context.safe.text(`${label}: ${name}`) : context.safe.text(definition.label),
      type: definition === undefined ? "unknown" : context.safe.text(definition.type),
    };
    if (definition?.type === "many2many") links(change, definition, left, right, context);
    else {
      if (left !== undefined) change.before = value(definition, left, context);
      if (right !== undefined) change.after = value(definition, right, context);
    }
    changes.push(change);
  }
  return changes;
}

/** Odoo writes false, "" and [] for nothing; only of a tick is false an answer. */
function given(definition: Property | undefined, raw: Json | undefined): Json | undefined {
  if (raw === false && definition !== undefined && definition.type !== "boolean") return undefined;
  return raw === null || raw === "" || (Array.isArray(raw) && raw.length === 0) ? undefined : raw;
}

function value(definition: Property | undefined, raw: Json, context: ValueContext): Json {
  if (definition === undefined) return context.safe.json(raw);
  const { type, relation, selection = {} } = definition;
  const option = (key: Json): JsonObject => {
    const known = selection[String(key)];
    return { key: context.safe.json(key), ...(known === undefined ? {} : { label: context.safe.text(known) }) };
  };
  if (type === "selection") return option(raw);
  if (type === "tags" && Array.isArray(raw)) return raw.map(option);
  if (type === "many2one" && typeof raw === "number") return named(raw, relation, context);
  if (type === "datetime" || type === "float" || type === "integer")
    return decoderFor({ field: "", label: "", type })(raw, context);
  return context.safe.json(raw);
}

function links(
  change: Change,
  { relation }: Property,
  before: Json | undefined,
  after: Json | undefined,
  context: ValueContext,
): void {
  const ids = (raw: Json | undefined) => (Array.isArray(raw) ? raw.filter((id) => typeof id === "number") : []);
  const [old, now] = [ids(before), ids(after)];
  const added = now.filter((id) => !old.includes(id)).map((id) => named(id, relation, context));
  const removed = old.filter((id) => !now.includes(id)).map((id) => named(id, relation, context));
  if (added.length > 0) change.added = added;
  if (removed.length > 0) change.removed = removed;
}
