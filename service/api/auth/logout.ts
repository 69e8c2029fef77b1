import { logout } from "../../accounts/index.ts";
import { route } from "../route.ts";
import { leave, visitOf } from "./visit.ts";

export const postLogout = route({
  method: "POST",
  path: "/api/auth/logout",
  permission: "signed-in",
  summary: "End this sign-in",
  schema: {},
  handler: async ({ principal, services, request, reply }) => {
    await logout(services.accounts, principal, visitOf(request));
    leave(services, reply);
    return undefined;
  },
});
