import { listHolds, listPolicies, planRetention, releaseHold, setHold, setPolicy } from "../../retention/index.ts";
import type { Instance, Store } from "../../store/types.ts";
import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { HoldChange, Retention, RetentionChange } from "../contract/retention.ts";
import { instanceOf } from "../instances/find.ts";
import { type Context, type Route, route } from "../route.ts";

const about = ({ id, name }: Instance) => ({ resource_type: "instance", resource_id: id, resource_name: name });
const actorOf = ({ principal }: Context): string => principal.email ?? principal.name;

async function show(store: Store, instance: Instance): Promise<Retention> {
  const policies = await listPolicies(store);
  const own = policies.find((policy) => policy.instance === instance.name);
  const { days, set_by, set_at } = own ?? policies.find((policy) => policy.instance === undefined)!;
  const hold = (await listHolds(store)).find((one) => one.instance === instance.name);
  const due = (await planRetention(store)).items.find((item) => item.instance === instance.name);
  return {
    days,
    scope: own === undefined ? "organisation" : "instance",
    set_by,
    set_at,
    ...(hold === undefined ? {} : { hold: { reason: hold.reason, set_by: hold.set_by, set_at: hold.set_at } }),
    due: {
      events: due?.events ?? 0,
      segments: due?.segments ?? 0,
      ...(due?.oldest_received_on === undefined ? {} : { oldest_received_on: due.oldest_received_on }),
    },
  };
}

const getRetention = route({
  method: "GET",
  path: "/api/instances/{id}/retention",
  permission: "view:audit_logs",
  summary: "How long its evidence is kept, and what the next run would purge",
  schema: { params: InstanceParams, response: Retention },
  handler: async ({ store, params }) => show(store, await instanceOf(store, params.id)),
});

const putRetention = route({
  method: "PUT",
  path: "/api/instances/{id}/retention",
  permission: "manage:retention",
  summary: "Keep its evidence so many days; applies to what is stored already, too",
  schema: { params: InstanceParams, body: RetentionChange, response: Retention },
  handler: async (context) => {
    const instance = await instanceOf(context.store, context.params.id);
    const before = (await show(context.store, instance)).days;
    const { days } = context.body;
    await act(
      context,
      { action: "policy.updated", ...about(instance), changes: [{ field: "retention_days", before, after: days }] },
      (store) => setPolicy(store, { instance: instance.name, days, actor: actorOf(context) }),
    );
    return show(context.store, instance);
  },
});

const putHold = route({
  method: "PUT",
  path: "/api/instances/{id}/hold",
  permission: "manage:retention",
  summary: "Legal hold: nothing of it is purged until it is released",
  schema: { params: InstanceParams, body: HoldChange, response: Retention },
  handler: async (context) => {
    const instance = await instanceOf(context.store, context.params.id);
    const { reason } = context.body;
    await act(context, { action: "hold.added", ...about(instance), details: { hold: reason } }, (store) =>
      setHold(store, { instance: instance.name, reason, actor: actorOf(context) }),
    );
    return show(context.store, instance);
  },
});

const deleteHold = route({
  method: "DELETE",
  path: "/api/instances/{id}/hold",
  permission: "manage:retention",
  summary: "Release the hold; its policy applies from the next run on",
  schema: { params: InstanceParams, response: Retention },
  handler: async (context) => {
    const instance = await instanceOf(context.store, context.params.id);
    await act(context, { action: "hold.released", ...about(instance) }, (store) =>
      releaseHold(store, { instance: instance.name, actor: actorOf(context) }),
    );
    return show(context.store, instance);
  },
});

export const RETENTION_ROUTES: readonly Route[] = [getRetention, putRetention, putHold, deleteHold];
