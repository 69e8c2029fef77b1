import { Type } from "typebox";
import { route } from "../route.ts";

export const livez = route({
  method: "GET",
  path: "/livez",
  permission: "public",
  summary: "Is the process there",
  listed: false,
  schema: { response: Type.Object({ alive: Type.Boolean() }) },
  handler: async () => ({ alive: true }),
});
