import { open } from "node:fs/promises";
import { Type } from "typebox";
import { CONTENT_TYPES, type ReportRequest, reportPath } from "../../../reports/index.ts";
import { findReportFile, type ReportFileRow } from "../../store/report-file-rows.ts";
import { noteAct } from "../act.ts";
import { notFound } from "../problem.ts";
import { type Context, route } from "../route.ts";
import { mayReadEvidence } from "./create.ts";
import { readRange } from "./range.ts";

export const downloadReport = route({
  method: "GET",
  path: "/api/reports/{id}/download",
  permission: "view:reports",
  summary: "The report's file",
  description:
    "Resumes with `Range: bytes=N-` and `If-Range: ETag`. Gone after `expires_at`. Each download is written into the own audit log. Needs the permission `view:audit_logs` as well.",
  schema: { params: Type.Object({ id: Type.String({ format: "uuid" }) }) },
  streams: Object.values(CONTENT_TYPES),
  async handler(context) {
    mayReadEvidence(context);
    const { store, params, request, reply } = context;
    const file = await findReportFile(store, params.id);
    if (file === undefined) throw notFound("There is no such report here, or it is not finished yet.");
    const isOver = file.expires_at !== null && Date.parse(file.expires_at) < store.clock().getTime();
    if (file.removed_at !== null || isOver) throw notFound("This report's file is no longer kept: make it again.");
    const handle = await open(reportPath(store, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw notFound("This report's file is not on this machine any more: make it again.");
      throw error;
    });
    try {
      const etag = `"${file.sha256}"`;
      const ifRange = request.headers["if-range"];
      const range =
        ifRange === undefined || ifRange === etag ? readRange(request.headers.range, file.size_bytes) : undefined;
      describe(reply, file, etag);
      if (range === "unsatisfiable") {
        await handle.close();
        return reply.code(416).header("content-range", `bytes */${file.size_bytes}`).send();
      }
      // a resumed download is the same one
      if (request.method !== "HEAD" && (range?.start ?? 0) === 0)
        await noteDownload(context as unknown as Context, file);
      if (range !== undefined)
        reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${file.size_bytes}`);
      reply.header("content-length", range === undefined ? file.size_bytes : range.end - range.start + 1);
      return reply.send(handle.createReadStream(range ?? {}));
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
});

function describe(reply: Context["reply"], file: ReportFileRow, etag: string): void {
  reply
    .type(CONTENT_TYPES[(file.request as ReportRequest).format])
    .header("content-disposition", `attachment; filename="${file.file_name.replace(/[^\w.-]/g, "_")}"`)
    .header("accept-ranges", "bytes")
    .header("etag", etag)
    .header("cache-control", "private, no-store");
}

function noteDownload(context: Context, file: ReportFileRow): Promise<void> {
  return noteAct(context, {
    action: "report.downloaded",
    resource_type: "report",
    resource_id: file.id,
    resource_name: file.title,
    details: { file_name: file.file_name, size_bytes: file.size_bytes, sha256: file.sha256 },
  });
}
