import { Type } from "typebox";
import { notFound, PROBLEMS } from "../problem.ts";
import { route } from "../route.ts";

export const getProblem = route({
  method: "GET",
  path: "/api/problems/{name}",
  permission: "public",
  summary: "What a problem's `type` means, and what to do",
  schema: {
    params: Type.Object({ name: Type.String() }),
    response: Type.Object({ name: Type.String(), status: Type.Integer(), title: Type.String(), remedy: Type.String() }),
  },
  handler: async ({ params: { name } }) => {
    if (!Object.hasOwn(PROBLEMS, name)) throw notFound("There is no problem of this name.");
    const [status, title, remedy] = PROBLEMS[name as keyof typeof PROBLEMS];
    return { name, status, title, remedy };
  },
});
