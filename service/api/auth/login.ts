import { login } from "../../accounts/index.ts";
import { Login } from "../contract/auth.ts";
import { route } from "../route.ts";
import { enter, GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "./visit.ts";

export const postLogin = route({
  method: "POST",
  path: "/api/auth/login",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Sign in by password",
  description:
    "Sets the cookie `vigil_session`. 401 `totp-required`: repeat it with `code`. 429 with `retry-after` after failed attempts from the same address; the account itself is never locked.",
  schema: { body: Login },
  handler: async ({ body, services, request, reply }) => {
    enter(services, reply, await withRetryAfter(reply, login(services.accounts, visitOf(request), body)));
    return undefined;
  },
});
