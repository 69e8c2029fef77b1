import { type EventRecord, toRecord } from "../service/chain/record.ts";
import { RowReader } from "../service/chain/row.ts";
import { AUDIT_INSTANCE } from "../service/store/audit-rows.ts";
import { toEvent } from "../service/store/events.ts";
import type { ReportFilter } from "../service/store/report-rows.ts";
import type { StoredEvent } from "../service/store/types.ts";
import type { ReportRequest } from "./request.ts";
import type { ReportSource, Subject, SubjectInstance } from "./source.ts";
import type { EventTable } from "./table.ts";
import { findings } from "./tables/findings.ts";
import type { Workbook } from "./workbook.ts";

export interface ReportEvent {
  record: EventRecord;
  event: StoredEvent;
}

/** An event as its columns tell it: what the tables and the verifier make their cells from. */
export function eventOf(record: EventRecord, instance: string): StoredEvent {
  return toEvent({ ...record, instance });
}

/** The filter of a request within a workbook; undefined: this instance has nothing to say under it. */
export function filterOf(
  request: ReportRequest,
  workbook: Workbook,
  instance: SubjectInstance,
): ReportFilter | undefined {
  const { from, to, user, model, record_id, kind } = request;
  const period = { from, to, up_to_seq: instance.head_seq };
  if (!instance.internal) {
    const reads = kind === undefined ? workbook.reads : undefined;
    return { ...period, user, model, record_id, ...reads, ...(kind === undefined ? {} : { kinds: [kind] }) };
  }
  // the service's own log knows neither Odoo's users nor its models
  const isNarrow = user !== undefined || model !== undefined || record_id !== undefined || kind !== undefined;
  if (isNarrow) return undefined;
  if (workbook.ownLog) return period;
  return workbook.tables.includes(findings) ? { ...period, kinds: ["security.*"] } : undefined;
}

/** Events in pages, ascending. */
export async function* readEvents(
  source: ReportSource,
  instance: SubjectInstance,
  filter: ReportFilter,
): AsyncGenerator<ReportEvent[]> {
  let rows = new RowReader();
  for await (const { bytes, isFirst } of source.events(instance.id, filter)) {
    if (isFirst) rows = new RowReader();
    rows.feed(bytes);
    const page: ReportEvent[] = [];
    while (rows.next()) {
      const record = toRecord(rows);
      page.push({ record, event: eventOf(record, instance.name) });
    }
    if (page.length > 0) yield page;
  }
}

/** Not in a report: entries of the own log for the owner's eyes only, and findings about other instances than its own. */
export function isForReports(event: StoredEvent, subject: Subject): boolean {
  if (event.instance !== AUDIT_INSTANCE) return true;
  if (event.details?.owner_only === true) return false;
  return !event.kind.startsWith(FINDING) || subject.instances.some(({ name }) => name === event.record_name);
}

/** Kinds of the internal instance that are findings about an Odoo, not something done in Vigil. */
const FINDING = "security.";

/** The service's own log has a table of its own, and findings about an Odoo are findings; else it is in no table. */
export function takesFrom(table: EventTable, event: StoredEvent): boolean {
  if (event.instance !== AUDIT_INSTANCE) return table.id !== "own-log" && table.takes(event);
  const isFinding = event.kind.startsWith(FINDING);
  return table.id === "findings" ? isFinding : table.id === "own-log" && !isFinding;
}
