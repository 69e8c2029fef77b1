import { noteAct } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { PullAnswer } from "../contract/instances.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";

export const pullInstance = route({
  method: "POST",
  path: "/api/instances/{id}/pull",
  permission: "manage:environments",
  status: 202,
  summary: "Pull from it now instead of at its next turn",
  schema: { params: InstanceParams, response: PullAnswer },
  handler: async (context) => {
    const { id, name, state, head_seq } = await instanceOf(context.store, context.params.id);
    if (state !== "active") throw new Problem("conflict", `${name} is ${state}: nothing is pulled from it.`);
    context.services.wake?.(name);
    await noteAct(context, {
      action: "instance.pulled",
      resource_type: "instance",
      resource_id: id,
      resource_name: name,
    });
    return { requested: context.services.wake !== undefined, head_seq };
  },
});
