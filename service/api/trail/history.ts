import { Type } from "typebox";
import { toEvent } from "../../store/events.ts";
import { readTrail } from "../../store/trail.ts";
import type { Instance, Store, StoredEvent } from "../../store/types.ts";
import { InstanceParams, Paging } from "../contract/common.ts";
import { Moment, RecordHistory } from "../contract/events.ts";
import { instanceOf } from "../instances/find.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { moment } from "./filter.ts";
import { trailPage } from "./page.ts";
import { stateAt } from "./state.ts";

/** A record that changed more often is shown by pages, and its state is not rebuilt. */
const MOST = 5_000;
const Params = Type.Object({
  ...InstanceParams.properties,
  model: Type.String({ minLength: 1, maxLength: 200, examples: ["res.partner"] }),
  recordId: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
const Query = Type.Object({
  ...Paging,
  order: Type.Optional(Type.Union([Type.Literal("desc"), Type.Literal("asc")], { default: "desc" })),
  state_at: Type.Optional(Moment),
});

export const recordHistory = route({
  method: "GET",
  path: "/api/instances/{id}/records/{model}/{recordId}/history",
  permission: "view:audit_logs",
  summary: "What happened to one record, and how it was at a moment",
  schema: { params: Params, query: Query, response: RecordHistory },
  handler: async (context) => {
    const { store, params, query } = context;
    const instance = await instanceOf(store, params.id);
    const { state_at, ...paging } = query;
    const filter = { model: params.model, record_id: params.recordId };
    if (state_at === undefined) return trailPage({ ...context, query: { ...paging, ...filter } }, [instance]);
    const events = await allOf(store, instance, filter);
    if (events.length === MOST)
      throw new Problem("refused", `This record changed more than ${MOST} times: its state is not rebuilt.`);
    const state = stateAt(events, moment(state_at, "state_at", "T23:59:59.999999Z"));
    return trailPage({ ...context, query: { ...paging, ...filter } }, [instance], `,"state":${JSON.stringify(state)}`);
  },
});

async function allOf(
  store: Store,
  instance: Instance,
  filter: { model: string; record_id: number },
): Promise<StoredEvent[]> {
  const { rows } = await readTrail(store, { instances: [instance.id], filter, direction: "asc", limit: MOST });
  return rows.map((row) => toEvent({ ...row, instance: instance.name }));
}
