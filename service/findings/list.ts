import type { Severity } from "../../odoo_addon_client/event.ts";
import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import { microseconds } from "../chain/record.ts";
import { findByNameOrId, present, readCursor, writeCursor } from "../sessions/index.ts";
import { countFindings, type ListedFinding, readFindings } from "../store/finding-rows.ts";
import type { Store } from "../store/types.ts";
import type { Parameters } from "./rule.ts";

export interface Finding {
  id: string;
  instance: string;
  /** `security.<rule>` */
  kind: string;
  rule: string;
  severity: Severity;
  occurred_at: string;
  found_at: string;
  subject: string;
  summary: string;
  user?: string;
  ip?: string;
  /** the event that completed it */
  seq: number;
  /** seqs, at most the newest 100 of `evidence_count` */
  evidence: number[];
  evidence_count: number;
  details: JsonObject;
  parameters: Parameters;
}

export interface FindingQuery {
  instance?: string | undefined;
  rule?: string | undefined;
  severity?: Severity | undefined;
  user?: string | undefined;
  ip?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** 1 to 500, default 50 */
  limit?: number | undefined;
  /** for the first 10,000; behind them the cursor */
  offset?: number | undefined;
  cursor?: string | undefined;
}

/** Findings, newest first; `total` with every page that no cursor asked for. Throws InstanceUnknownError, SessionError for a cursor of another list. */
export async function listFindings(
  store: Store,
  query: FindingQuery,
): Promise<{ items: Finding[]; next_cursor?: string; total?: number }> {
  const { instance, cursor, ...asked } = query;
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50), 1), 500);
  const filter = {
    ...asked,
    instanceId: instance === undefined ? undefined : (await findByNameOrId(store, instance)).id,
    limit: limit + 1,
    after: readCursor(cursor, { occurred_at: "time", id: "text" }),
  };
  const rows = await readFindings(store.database, store.organisationId, filter);
  const total =
    cursor === undefined ? { total: await countFindings(store.database, store.organisationId, filter) } : {};
  const items = rows.slice(0, limit).map(toFinding);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, ...total };
  return { items, ...total, next_cursor: writeCursor({ occurred_at: last.occurred_at, id: last.id }) };
}

function toFinding(row: ListedFinding): Finding {
  return present({
    id: row.id,
    instance: row.instance,
    kind: `security.${row.rule}`,
    rule: row.rule,
    severity: row.severity as Severity,
    occurred_at: microseconds(row.occurred_at),
    found_at: microseconds(row.found_at),
    subject: row.subject,
    summary: row.summary,
    user: row.user_login ?? undefined,
    ip: row.ip ?? undefined,
    seq: row.seq,
    evidence: JSON.parse(row.evidence) as number[],
    evidence_count: row.evidence_count,
    details: JSON.parse(row.details) as JsonObject,
    parameters: JSON.parse(row.parameters) as Parameters,
  });
}
