import { Type } from "typebox";
import { endSession, listSessions } from "../../accounts/index.ts";
import { SignIns } from "../contract/auth.ts";
import { route } from "../route.ts";
import { visitOf } from "./visit.ts";

export const getSessions = route({
  method: "GET",
  path: "/api/auth/sessions",
  permission: "signed-in",
  summary: "Where you are signed in",
  schema: { response: SignIns },
  handler: async ({ principal, services }) => ({ items: await listSessions(services.accounts, principal) }),
});

export const deleteSession = route({
  method: "DELETE",
  path: "/api/auth/sessions/{id}",
  permission: "signed-in",
  summary: "End one of your sign-ins",
  schema: { params: Type.Object({ id: Type.String({ format: "uuid" }) }) },
  handler: async ({ params, principal, services, request }) => {
    await endSession(services.accounts, principal, visitOf(request), params.id);
    return undefined;
  },
});
