import { type AuditRowFilter, internalInstanceId, readAudit } from "../store/audit-rows.ts";
import { scopeStore } from "../store/scope.ts";
import type { Store } from "../store/types.ts";
import { type AuditLog, toLog } from "./event.ts";
import { sequenceAudit } from "./sequence.ts";

/** Whose log, and whether the events for Owners are in it; a Principal is one. */
export interface Reader {
  readonly organisation_id: string;
  readonly permissions: ReadonlySet<string>;
}

export interface AuditLogFilter {
  action?: string | undefined;
  userId?: string | undefined;
  resourceType?: string | undefined;
  resourceId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  success?: boolean | undefined;
}

export interface AuditLogPage {
  items: AuditLog[];
  next_cursor?: string;
}

/** A cursor that no page gave out. */
export class CursorError extends Error {
  override name = "CursorError";
  constructor() {
    super("This cursor is none that a page gave out: begin again without one.");
  }
}

/**
 * Newest first. `cursor` goes on behind a page whatever was added meanwhile; `offset` counts from the newest of now.
 * Throws CursorError.
 */
export async function listAuditLogs(
  store: Store,
  reader: Reader,
  query: AuditLogFilter & { limit?: number | undefined; offset?: number | undefined; cursor?: string | undefined },
): Promise<AuditLogPage> {
  const view = await upToDate(store, reader);
  const limit = query.limit ?? 50;
  const rows = await readAudit(view.store, view.instanceId, toRowFilter(query, reader), {
    order: "desc",
    limit: limit + 1,
    offset: query.offset,
    after_seq: query.cursor === undefined ? undefined : readCursor(query.cursor),
  });
  const items = rows.slice(0, limit).map(toLog);
  return { items, ...(rows.length > limit ? { next_cursor: writeCursor(items.at(-1)!.seq) } : {}) };
}

const PAGE = 1_000;

/** All that match, oldest first, page by page: memory does not grow with the log. */
export async function* readAuditLogs(store: Store, reader: Reader, filter: AuditLogFilter): AsyncGenerator<AuditLog[]> {
  const view = await upToDate(store, reader);
  let after_seq = 0;
  for (;;) {
    const rows = await readAudit(view.store, view.instanceId, toRowFilter(filter, reader), {
      order: "asc",
      limit: PAGE,
      after_seq,
    });
    if (rows.length > 0) yield rows.map(toLog);
    if (rows.length < PAGE) return;
    after_seq = Number(rows.at(-1)!.seq);
  }
}

/** What was committed before the question is in the answer: nobody waits for the sequencer's next second. */
async function upToDate(store: Store, reader: Reader): Promise<{ store: Store; instanceId: string }> {
  await sequenceAudit(store);
  const view = scopeStore(store, reader.organisation_id);
  return { store: view, instanceId: await internalInstanceId(view) };
}

function toRowFilter(filter: AuditLogFilter, reader: Reader): AuditRowFilter {
  return {
    action: filter.action,
    actor_id: filter.userId,
    resource_type: filter.resourceType,
    resource_id: filter.resourceId,
    from: filter.from,
    to: filter.to,
    success: filter.success,
    owner_events: reader.permissions.has("view:owner_events"),
  };
}

function writeCursor(seq: number): string {
  return Buffer.from(`audit/${seq}`).toString("base64url");
}

function readCursor(cursor: string): number {
  const [, seq] = /^audit\/(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (seq === undefined) throw new CursorError();
  return Number(seq);
}
