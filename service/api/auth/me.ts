import { me, SESSION_COOKIE } from "../../accounts/index.ts";
import { Me } from "../contract/auth.ts";
import { route } from "../route.ts";

export const getMe = route({
  method: "GET",
  path: "/api/auth/me",
  permission: "signed-in",
  summary: "Who you are, where you are a member, what you may do; and the CSRF token",
  schema: { response: Me },
  handler: ({ principal, services, request }) => me(services.accounts, principal, request.cookies[SESSION_COOKIE]),
});
