import type { Change } from "../../../odoo_addon_client/event.ts";
import type { StoredEvent } from "../../store/types.ts";

export interface FieldState {
  field: string;
  label: string;
  type: string;
  lang?: string;
  company?: { id: number; name?: string };
  value: unknown;
  since?: string;
  seq?: number;
}
export interface RecordState {
  at: string;
  exists: boolean;
  complete: boolean;
  record_name?: string;
  fields: FieldState[];
}
type Link = { id: number; name?: string };

/**
 * The record at a moment, from its events in order of seq. A field's value is the `after` of its last change until
 * then; where there is none, the `before` of the first change that follows. Fields that never changed are unknown,
 * unless the trail saw the record being created.
 */
export function stateAt(events: StoredEvent[], at: string): RecordState {
  const fields = new Map<string, FieldState>();
  const links = new Map<string, Links>();
  const created = events.find((event) => event.kind === "record.created");
  let exists = created === undefined;
  let name: string | undefined;
  for (const event of events) {
    const past = event.occurred_at <= at;
    if (past && event.kind === "record.created") exists = true;
    if (past && event.kind === "record.deleted") exists = false;
    if (past || name === undefined) name = event.record_name ?? name;
    for (const change of event.changes) {
      const key = [change.field, change.lang ?? "", change.company?.id ?? ""].join("\0");
      if (change.added !== undefined || change.removed !== undefined) {
        follow(linksOf(links, key), change, past);
        if (past || !fields.has(key)) fields.set(key, described(change, undefined, past ? event : undefined));
      } else if (past) {
        fields.set(key, described(change, change.after, event));
      } else if (!fields.has(key)) {
        fields.set(key, described(change, change.before, undefined));
      }
    }
  }
  for (const [key, members] of links) fields.get(key)!.value = [...members.present.values()];
  const list = [...fields.values()].sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));
  return {
    at,
    exists,
    complete: created !== undefined,
    ...(name === undefined ? {} : { record_name: name }),
    fields: exists ? list : [],
  };
}

interface Links {
  present: Map<number, Link>;
  /** members that an event until the moment, or the first one after it, spoke of */
  decided: Set<number>;
}

/** What is removed later, and was not spoken of before, must have been there; what is added later was not. */
function follow({ present, decided }: Links, { added = [], removed = [] }: Change, past: boolean): void {
  for (const [list, there] of [
    [added, past],
    [removed, !past],
  ] as const) {
    for (const link of list) {
      if (!past && decided.has(link.id)) continue;
      decided.add(link.id);
      if (there) present.set(link.id, link);
      else present.delete(link.id);
    }
  }
}

function linksOf(links: Map<string, Links>, key: string): Links {
  const members = links.get(key) ?? { present: new Map<number, Link>(), decided: new Set<number>() };
  links.set(key, members);
  return members;
}

function described(
  { field, label, type, lang, company }: Change,
  value: unknown,
  event: StoredEvent | undefined,
): FieldState {
  return {
    field,
    label,
    type,
    ...(lang === undefined ? {} : { lang }),
    ...(company === undefined ? {} : { company }),
    value: value ?? null,
    ...(event === undefined ? {} : { since: event.occurred_at, seq: event.seq }),
  };
}
