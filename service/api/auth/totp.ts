import { disableTotp, enableTotp, offerTotp } from "../../accounts/index.ts";
import { ASKS, PasswordAgain, PasswordMaybe, RecoveryCodes, TotpConfirm, TotpSecret } from "../contract/auth.ts";
import { route } from "../route.ts";
import { GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "./visit.ts";

export const postTotp = route({
  method: "POST",
  path: "/api/auth/totp",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Begin with an authenticator: its secret",
  description: ASKS,
  schema: { body: PasswordMaybe, response: TotpSecret },
  handler: ({ body, principal, services, reply }) =>
    withRetryAfter(reply, offerTotp(services.accounts, principal, body.password)),
});

export const postTotpConfirm = route({
  method: "POST",
  path: "/api/auth/totp/confirm",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Turn the authenticator on with its first code; answers the recovery codes, once",
  schema: { body: TotpConfirm, response: RecoveryCodes },
  handler: ({ body, principal, services, request }) =>
    enableTotp(services.accounts, principal, visitOf(request), body.code),
});

export const deleteTotp = route({
  method: "DELETE",
  path: "/api/auth/totp",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Turn the authenticator off",
  schema: { body: PasswordAgain },
  handler: async ({ body, principal, services, request, reply }) => {
    await withRetryAfter(reply, disableTotp(services.accounts, principal, visitOf(request), body.password));
    return undefined;
  },
});
