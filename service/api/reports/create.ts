import { Type } from "typebox";
import { askForReport, checkRequest, type ReportRequest, ReportRequestError } from "../../../reports/index.ts";
import { findInstance } from "../../store/instances.ts";
import type { Store } from "../../store/types.ts";
import { NewReport } from "../contract/reports.ts";
import { Problem } from "../problem.ts";
import { type Context, route } from "../route.ts";

export const createReport = route({
  method: "POST",
  path: "/api/reports",
  permission: "manage:reports",
  status: 202,
  summary: "Have a report made; answers the task that makes it",
  description: "Reports are made one after the other. Needs the permission `view:audit_logs` as well.",
  schema: { body: NewReport, response: Type.Object({ id: Type.String(), task_id: Type.String() }) },
  async handler(context) {
    const { body, store, principal, services } = context;
    mayReadEvidence(context);
    const { from, to, ...about } = body;
    const request: ReportRequest = {
      ...about,
      ...(from === undefined ? {} : { from: microseconds(from, "000") }),
      ...(to === undefined ? {} : { to: microseconds(to, "999") }),
      format: body.format ?? "xlsx",
    };
    await checkInstances(store, request.instance_ids);
    refused(() => checkRequest(request));
    const { type, id, name } = principal;
    const task = await store.database.transaction((tx) => askForReport(tx, store, { request }, { type, id, name }));
    services.tasks?.wake();
    return { id: task, task_id: task };
  },
});

/** The store's precision; an end without microseconds means the last one of its millisecond. */
function microseconds(time: string, fill: string): string {
  return new Date(time).toISOString().replace("Z", `${fill}Z`);
}

/** A report shows the evidence: who may not see that may not have one made, nor take one away. */
export function mayReadEvidence({ principal }: Pick<Context, "principal">): void {
  if (!principal.permissions.has("view:audit_logs"))
    throw new Problem("forbidden", "This needs the permission view:audit_logs, which your role does not have.");
}

/** Each must be one of the organisation's. Throws InstanceUnknownError. */
export async function checkInstances(store: Store, ids: string[]): Promise<void> {
  for (const id of ids) await findInstance(store, id);
}

/** What the reports refuse, as the API says it. */
export function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReportRequestError) throw new Problem("refused", error.message);
    throw error;
  }
}
