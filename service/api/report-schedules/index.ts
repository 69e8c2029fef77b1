import { Type } from "typebox";
import {
  addSchedule,
  checkSchedule,
  findWorkbook,
  inWords,
  type NewSchedule,
  type ReportRequest,
} from "../../../reports/index.ts";
import {
  deleteReportSchedule,
  listReportSchedules,
  type ReportScheduleRow,
  updateReportSchedule,
} from "../../store/report-file-rows.ts";
import type { Store } from "../../store/types.ts";
import { act } from "../act.ts";
import { NewReportSchedule, ReportSchedule, ReportSchedules } from "../contract/reports.ts";
import { notFound } from "../problem.ts";
import { checkInstances, mayReadEvidence, refused } from "../reports/create.ts";
import { type Context, type Route, route } from "../route.ts";

const Params = Type.Object({ id: Type.String({ format: "uuid" }) });

const list = route({
  method: "GET",
  path: "/api/report-schedules",
  permission: "view:reports",
  summary: "Reports that are made again and again",
  schema: { response: ReportSchedules },
  async handler({ store }) {
    const items = (await listReportSchedules(store)).map(present);
    return { items, total: items.length };
  },
});

const create = route({
  method: "POST",
  path: "/api/report-schedules",
  permission: "manage:reports",
  status: 201,
  summary: "Have a report made again and again; the newest twenty files are kept",
  schema: { body: NewReportSchedule, response: ReportSchedule },
  async handler(context) {
    const { body, store, principal } = context;
    mayReadEvidence(context);
    await checkInstances(store, body.instance_ids);
    const schedule = refused(() => read(body));
    refused(() => checkSchedule(schedule, store.clock()));
    const { type, id, name } = principal;
    const entry = {
      action: "report_schedule.created",
      resource_type: "report_schedule",
      resource_name: schedule.name,
      details: { cron: schedule.cron, report: body.name },
    } as const;
    const added = await act(context as unknown as Context, entry, (audited) =>
      addSchedule(audited.database, store, schedule, { type, id, name }),
    );
    return present(await scheduleOf(store, added));
  },
});

const change = route({
  method: "PUT",
  path: "/api/report-schedules/{id}",
  permission: "manage:reports",
  summary: "Change a schedule",
  schema: { params: Params, body: NewReportSchedule, response: ReportSchedule },
  async handler(context) {
    const { body, store, params } = context;
    mayReadEvidence(context);
    const { id, organisation_id } = await scheduleOf(store, params.id);
    await checkInstances(store, body.instance_ids);
    const schedule = refused(() => read(body));
    const next_run_at = refused(() => checkSchedule(schedule, store.clock()));
    const entry = {
      action: "report_schedule.updated",
      resource_type: "report_schedule",
      resource_id: id,
      resource_name: schedule.name,
      details: { cron: schedule.cron, report: body.name, enabled: schedule.enabled },
    } as const;
    await act(context as unknown as Context, entry, (audited) =>
      updateReportSchedule(audited.database, { ...schedule, id, organisation_id, next_run_at }),
    );
    return present(await scheduleOf(store, id));
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/report-schedules/{id}",
  permission: "manage:reports",
  summary: "End a schedule; the reports it made stay",
  schema: { params: Params },
  async handler(context) {
    const { store, params } = context;
    const schedule = await scheduleOf(store, params.id);
    const entry = {
      action: "report_schedule.deleted",
      resource_type: "report_schedule",
      resource_id: schedule.id,
      resource_name: schedule.name,
    } as const;
    await act(context as unknown as Context, entry, (audited) =>
      deleteReportSchedule(audited.database, store.organisationId, schedule.id),
    );
    return undefined;
  },
});

async function scheduleOf(store: Store, id: string): Promise<ReportScheduleRow> {
  const found = (await listReportSchedules(store)).find((one) => one.id === id);
  if (found === undefined) throw notFound("There is no such schedule here.");
  return found;
}

function read(body: NewReportSchedule): NewSchedule {
  const { title, cron, timezone = "UTC", period, period_days, enabled = true, format = "xlsx", ...request } = body;
  return {
    name: title ?? findWorkbook(body.name).title,
    cron: cron.trim(),
    time_zone: timezone,
    period: period ?? (period_days === undefined ? "week" : `${period_days}d`),
    request: { ...request, format },
    enabled,
  };
}

function present(row: ReportScheduleRow): ReportSchedule {
  const request = row.request as ReportRequest;
  return {
    id: row.id,
    title: row.name,
    name: request.name,
    instance_ids: request.instance_ids,
    cron: row.cron,
    cron_text: inWords(row.cron),
    timezone: row.time_zone,
    period: row.period,
    enabled: row.enabled,
    created_by: row.created_by.name,
    ...(row.next_run_at === null ? {} : { next_run_at: row.next_run_at }),
    ...(row.last_run_at === null ? {} : { last_run_at: row.last_run_at }),
  };
}

export const REPORT_SCHEDULE_ROUTES: readonly Route[] = [list, create, change, remove];
