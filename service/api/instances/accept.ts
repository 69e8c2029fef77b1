import { acceptInstance } from "../../ingest/index.ts";
import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { Acceptance, Instance } from "../contract/instances.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";
import { presentInstance } from "./present.ts";

export const acceptRoute = route({
  method: "POST",
  path: "/api/instances/{id}/accept",
  permission: "manage:environments",
  summary: "End a quarantine by saying what the changed database is",
  slow: true,
  schema: { params: InstanceParams, body: Acceptance, response: Instance },
  handler: async (context) => {
    const { store, params, body, services, principal } = context;
    const instance = await instanceOf(store, params.id);
    if (instance.state !== "quarantined")
      throw new Problem("conflict", `${instance.name} is not quarantined: there is nothing to accept.`);
    const client = await services.connect(instance, await store.instances.credential(instance.name));
    const entry = {
      action: "instance.accepted",
      resource_type: "instance",
      resource_id: instance.id,
      resource_name: instance.name,
      details: { as: body.as },
    } as const;
    try {
      const accepted = await act(context, entry, (audited) =>
        acceptInstance(audited, instance.name, {
          as: body.as,
          client,
          actor: principal.email ?? principal.name,
          ...(body.name === undefined ? {} : { newName: body.name }),
        }),
      );
      services.wake?.(accepted.name);
      return presentInstance(accepted);
    } finally {
      await client.close();
    }
  },
});
