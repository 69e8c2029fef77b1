import { Readable } from "node:stream";
import { EXPORT_TYPES, exportAuditLogs, sealAudit, sequenceAudit } from "../../audit/index.ts";
import { internalInstance } from "../../store/audit-rows.ts";
import { noteAct } from "../act.ts";
import { AuditLogExportQuery } from "../contract/audit-logs.ts";
import { exportEvidence } from "../export/formats.ts";
import { takeExportTurn } from "../export/turns.ts";
import { Problem } from "../problem.ts";
import { type Context, route } from "../route.ts";

export const exportAuditLogsRoute = route({
  method: "GET",
  path: "/api/audit-logs/export",
  permission: "view:audit_logs",
  summary: "The audit log as a file: JSON, NDJSON, CSV, or the evidence itself, oldest first",
  description:
    "Streams; `from` and `to` are inclusive. `format=evidence` is NDJSON with the checkpoints and proofs that `vigil verify FILE` checks offline; it holds every entry, so it takes `view:owner_events`. That it was taken is in the log.",
  schema: { query: AuditLogExportQuery },
  streams: [...new Set(Object.values(EXPORT_TYPES))],
  handler: async (context) => {
    const { query, principal, services, reply } = context;
    takeExportTurn(context as Context);
    const format = query.format ?? "json";
    const pieces =
      format === "evidence" ? evidence(context) : exportAuditLogs(services.store, principal, { ...query, format });
    await noteAct(context as Context, {
      action: "audit_log.exported",
      resource_type: "audit_log",
      details: Object.fromEntries(Object.entries({ ...query, format }).filter(([, value]) => value !== undefined)),
    });
    const day = services.store.clock().toISOString().slice(0, 10);
    const name = `vigil-audit-log-${day}.${format === "evidence" ? "evidence.ndjson" : format}`;
    return reply
      .type(EXPORT_TYPES[format === "evidence" ? "ndjson" : format])
      .header("content-disposition", `attachment; filename="${name}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(pieces, { objectMode: false, highWaterMark: 1 << 18 }));
  },
});

/** The chain, or the part of it that a period or an event type names. */
function evidence({ query, principal, store }: Context<{ [key: string]: string | undefined }>): AsyncIterable<string> {
  if (!principal.permissions.has("view:owner_events"))
    throw new Problem("forbidden", "The evidence holds the entries for Owners, too: it takes view:owner_events.");
  if (query.userId !== undefined || query.resourceId !== undefined)
    throw new Problem("refused", "The evidence is chosen by action, resourceType, from and to only.");
  const filter = Object.fromEntries(
    Object.entries({ kind: query.action, model: query.resourceType, from: query.from, to: query.to }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return (async function* () {
    await sequenceAudit(store);
    await sealAudit(store); // a checkpoint over the newest entries, too
    yield* exportEvidence(store, await internalInstance(store), filter);
  })();
}
