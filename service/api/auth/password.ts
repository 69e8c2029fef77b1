import { changePassword, forgot, resetPassword } from "../../accounts/index.ts";
import { Forgot, Forgotten, PasswordChange, Reset } from "../contract/auth.ts";
import { route } from "../route.ts";
import { GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "./visit.ts";

export const postForgot = route({
  method: "POST",
  path: "/api/auth/forgot",
  permission: "public",
  perMinute: 10,
  summary: "Ask for a new password by mail",
  description: "The same answer whether the address is known or not. Without mail it says what to run instead.",
  schema: { body: Forgot, response: Forgotten },
  handler: async ({ body, services, request }) => {
    await forgot(services.accounts, visitOf(request), body.email);
    if (services.accounts.deliver !== undefined) return { sent: true };
    return { sent: false, instead: "vigil account link --reset EMAIL" };
  },
});

export const postReset = route({
  method: "POST",
  path: "/api/auth/reset",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Set a new password by a reset link; every sign-in ends",
  schema: { body: Reset },
  handler: async ({ body, services, request }) => {
    await resetPassword(services.accounts, visitOf(request), body);
    return undefined;
  },
});

export const postPassword = route({
  method: "POST",
  path: "/api/auth/password",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Change your password; your other sign-ins end",
  schema: { body: PasswordChange },
  handler: async ({ body, principal, services, request, reply }) => {
    await withRetryAfter(reply, changePassword(services.accounts, principal, visitOf(request), body));
    return undefined;
  },
});
