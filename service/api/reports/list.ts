import { Type } from "typebox";
import { REPORT_TASK } from "../../../reports/index.ts";
import { findReportFiles } from "../../store/report-file-rows.ts";
import { findTask, listTasks } from "../../store/task-rows.ts";
import { Report, Reports } from "../contract/reports.ts";
import { notFound } from "../problem.ts";
import { route } from "../route.ts";
import { presentReport } from "./present.ts";

export const listReports = route({
  method: "GET",
  path: "/api/reports",
  permission: "view:reports",
  summary: "Reports, made and in the making; the newest first",
  schema: {
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })) }),
    response: Reports,
  },
  async handler({ store, query }) {
    const tasks = await listTasks(store, { kind: REPORT_TASK, limit: query.limit ?? 50 });
    const files = await findReportFiles(
      store,
      tasks.map(({ id }) => id),
    );
    return { items: tasks.map((task) => presentReport(task, files.get(task.id))) };
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
