import { Check, Connection } from "../contract/instances.ts";
import { route } from "../route.ts";
import { addressOf } from "./address.ts";
import { checkConnection } from "./check-steps.ts";

export const checkInstance = route({
  method: "POST",
  path: "/api/instances/check",
  permission: "manage:environments",
  summary: "Try a connection step by step; nothing is stored",
  perMinute: 30,
  slow: true,
  schema: { body: Connection, response: Check },
  handler: ({ body, services, store }) => checkConnection(services, store, { ...body, url: addressOf(body.url) }),
});
