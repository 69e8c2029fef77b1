import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { Instance, InstanceChange } from "../contract/instances.ts";
import { route } from "../route.ts";
import { addressOf } from "./address.ts";
import { instanceOf } from "./find.ts";
import { presentInstance } from "./present.ts";

export const updateInstance = route({
  method: "PATCH",
  path: "/api/instances/{id}",
  permission: "manage:environments",
  summary: "Change where an instance answers, or its credential",
  schema: { params: InstanceParams, body: InstanceChange, response: Instance },
  handler: async (context) => {
    const { store, params, body, services } = context;
    const before = await instanceOf(store, params.id);
    const change = body.url === undefined ? body : { ...body, url: addressOf(body.url) };
    const changes = (["url", "db", "login", "insecure"] as const)
      .filter((field) => change[field] !== undefined && change[field] !== before[field])
      .map((field) => ({ field, before: before[field], after: change[field] }));
    const entry = {
      action: "instance.settings_updated",
      resource_type: "instance",
      resource_id: before.id,
      resource_name: before.name,
      changes: [...changes, ...(change.key === undefined ? [] : [{ field: "key", secret: true as const }])],
    } as const;
    const stored = await act(context, { ...entry, changes: [...entry.changes] }, (audited) =>
      audited.instances.update(before.name, change),
    );
    services.wake?.(stored.name);
    return presentInstance(stored);
  },
});
