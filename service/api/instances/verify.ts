import { type VerifyResult, verifyInstance } from "../../chain/index.ts";
import type { Instance, Store } from "../../store/types.ts";
import { noteAct } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { Verification } from "../contract/instances.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";

const running = new Set<string>();

export const verifyRoute = route({
  method: "POST",
  path: "/api/instances/{id}/verify",
  permission: "manage:environments",
  summary: "Prove the chain: intact, pruned and attested, or broken at seq N",
  description: "Reads every event (100,000 a second and more). One at a time for an instance.",
  slow: true,
  schema: { params: InstanceParams, response: Verification },
  handler: async (context) => {
    const instance = await instanceOf(context.store, context.params.id);
    if (running.has(instance.id)) throw new Problem("conflict", `${instance.name} is being verified already.`);
    running.add(instance.id);
    try {
      const { type: _, brokenAt, ...rest } = await verify(context.store, instance);
      const result = { ...rest, ...(brokenAt === undefined ? {} : { broken_at: brokenAt }) };
      await noteAct(context, {
        action: "instance.verified",
        resource_type: "instance",
        resource_id: instance.id,
        resource_name: instance.name,
        success: result.status !== "broken",
        details: { status: result.status, events: result.events, head_seq: result.head_seq },
      });
      return result;
    } finally {
      running.delete(instance.id);
    }
  },
});

async function verify(store: Store, instance: Instance): Promise<VerifyResult> {
  for await (const step of verifyInstance(store, instance)) if (step.type === "result") return step;
  throw new Error("verifyInstance ended without a result");
}
