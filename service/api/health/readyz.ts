import { Type } from "typebox";
import { route } from "../route.ts";

/** 503 with `ready` false while the store does not answer; tells nothing about instances or events. */
export const readyz = route({
  method: "GET",
  path: "/readyz",
  permission: "public",
  summary: "Does the store answer",
  listed: false,
  schema: { response: Type.Object({ ready: Type.Boolean() }) },
  handler: async ({ services, reply }) => {
    const ready = await services.store.instances.list().then(
      () => true,
      () => false, // that it failed is the whole answer; the poller logs why
    );
    reply.code(ready ? 200 : 503).header("cache-control", "no-store");
    return ready ? { ready } : reply.type("application/json").serializer(JSON.stringify).send({ ready });
  },
});
