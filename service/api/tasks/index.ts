import { Type } from "typebox";
import { cancelTask, findTask, retryTask, type TaskRow } from "../../store/task-rows.ts";
import type { Store } from "../../store/types.ts";
import { Task } from "../contract/reports.ts";
import { notFound, Problem } from "../problem.ts";
import { type Route, route } from "../route.ts";

const Params = Type.Object({ id: Type.String({ format: "uuid" }) });

const get = route({
  method: "GET",
  path: "/api/tasks/{id}",
  permission: "view:reports",
  summary: "How far a task is",
  schema: { params: Params, response: Task },
  handler: async ({ store, params }) => present(await taskOf(store, params.id)),
});

const cancel = route({
  method: "POST",
  path: "/api/tasks/{id}/cancel",
  permission: "manage:reports",
  summary: "Cancel a task that has not begun",
  schema: { params: Params, response: Task },
  async handler({ store, params }) {
    const task = await taskOf(store, params.id);
    if (!(await cancelTask(store.database, store.organisationId, task.id, store.clock())))
      throw new Problem("conflict", `This task is ${task.state}: only one that waits can be cancelled.`);
    return present(await taskOf(store, params.id));
  },
});

const retry = route({
  method: "POST",
  path: "/api/tasks/{id}/retry",
  permission: "manage:reports",
  summary: "Try a failed or cancelled task again",
  schema: { params: Params, response: Task },
  async handler({ store, params, services }) {
    const task = await taskOf(store, params.id);
    if (!(await retryTask(store.database, store.organisationId, task.id)))
      throw new Problem(
        "conflict",
        `This task is ${task.state}: only one that failed or was cancelled can be tried again.`,
      );
    services.tasks?.wake();
    return present(await taskOf(store, params.id));
  },
});

async function taskOf(store: Store, id: string): Promise<TaskRow> {
  const task = await findTask(store, id);
  if (task === undefined) throw notFound("There is no such task here.");
  return task;
}

function present(task: TaskRow) {
  const { id, kind, title, state, progress, step, error, attempts, created_by, created_at, started_at, ended_at } =
    task;
  return {
    id, kind, title, status: state, progress, step, attempts, created_by: created_by.name, created_at,
    ...(error === null ? {} : { error }),
    ...(started_at === null ? {} : { started_at }),
    ...(ended_at === null ? {} : { ended_at }),
  }; // biome-ignore format: one glance
}

export const TASK_ROUTES: readonly Route[] = [get, cancel, retry];
