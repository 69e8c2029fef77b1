import { Type } from "typebox";
import { REPORT_TASK } from "../../../reports/index.ts";
import { findReportFiles } from "../../store/report-file-rows.ts";
import { countTasks, findTask, listTasks } from "../../store/task-rows.ts";
import { Paging } from "../contract/common.ts";
import { Report, Reports } from "../contract/reports.ts";
import { isTime, isUuid, readCursor, writeCursor } from "../paging.ts";
import { notFound } from "../problem.ts";
import { route } from "../route.ts";
import { presentReport } from "./present.ts";

interface Place {
  created_at: string;
  id: string;
}
const isPlace = (place: unknown): place is Place => {
  const { created_at, id } = (place ?? {}) as Record<string, unknown>;
  return isTime(created_at) && isUuid(id);
};

export const listReports = route({
  method: "GET",
  path: "/api/reports",
  permission: "view:reports",
  summary: "Reports, made and in the making; the newest first",
  description: "`total` comes with every page that no cursor asked for.",
  schema: { query: Type.Object(Paging), response: Reports },
  async handler({ store, query }) {
    const { limit = 50, offset, cursor } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor, isPlace);
    const found = await listTasks(store, REPORT_TASK, { limit: limit + 1, offset, after });
    const tasks = found.slice(0, limit);
    const ids = tasks.map(({ id }) => id);
    const files = await findReportFiles(store, ids);
    const last = tasks.at(-1);
    return {
      items: tasks.map((task) => presentReport(task, files.get(task.id))),
      ...(cursor === undefined ? { total: await countTasks(store, REPORT_TASK) } : {}),
      ...(found.length > limit && last
        ? { next_cursor: writeCursor({ created_at: last.created_at, id: last.id }) }
        : {}),
    };
  },
});

export const getReport = route({
  method: "GET",
  path: "/api/reports/{id}",
  permission: "view:reports",
  summary: "One report",
  schema: { params: Type.Object({ id: Type.String({ format: "uuid" }) }), response: Report },
  async handler({ store, params }) {
    const task = await findTask(store, params.id);
    if (task === undefined || task.kind !== REPORT_TASK) throw notFound("There is no such report here.");
    return presentReport(task, (await findReportFiles(store, [task.id])).get(task.id));
  },
});
