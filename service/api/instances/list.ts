import { InstanceList } from "../contract/instances.ts";
import { route } from "../route.ts";
import { presentInstance } from "./present.ts";

export const listInstances = route({
  method: "GET",
  path: "/api/instances",
  permission: "view:environments",
  summary: "The Odoo databases that are pulled, with their health",
  schema: { response: InstanceList },
  handler: async ({ store }) => {
    const items = (await store.instances.list()).map(presentInstance);
    return { items, total: items.length };
  },
});
