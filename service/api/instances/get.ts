import { InstanceParams } from "../contract/common.ts";
import { Instance } from "../contract/instances.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";
import { presentInstance } from "./present.ts";

export const getInstance = route({
  method: "GET",
  path: "/api/instances/{id}",
  permission: "view:environments",
  summary: "One instance",
  schema: { params: InstanceParams, response: Instance },
  handler: async ({ store, params }) => presentInstance(await instanceOf(store, params.id)),
});
