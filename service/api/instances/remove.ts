import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";

export const removeInstance = route({
  method: "DELETE",
  path: "/api/instances/{id}",
  permission: "manage:environments",
  summary: "Stop pulling from it and forget its key; its evidence stays until retention takes it",
  schema: { params: InstanceParams },
  handler: async (context) => {
    const { id, name } = await instanceOf(context.store, context.params.id);
    const entry = {
      action: "instance.deleted",
      resource_type: "instance",
      resource_id: id,
      resource_name: name,
    } as const;
    await act(context, entry, (audited) => audited.instances.remove(name));
    return undefined;
  },
});
