import { Type } from "typebox";
import {
  addPasskey,
  listPasskeys,
  offerPasskey,
  offerPasskeyLogin,
  passkeyLogin,
  removePasskey,
} from "../../accounts/index.ts";
import {
  ASKS,
  Passkey,
  PasskeyLogin,
  PasskeyRegistration,
  Passkeys,
  PasswordMaybe,
  WebAuthnJson,
} from "../contract/auth.ts";
import { route } from "../route.ts";
import { enter, GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "./visit.ts";

export const postPasskeyOptions = route({
  method: "POST",
  path: "/api/auth/passkeys/options",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Begin to add a passkey: options for navigator.credentials.create",
  description: ASKS,
  schema: { body: PasswordMaybe, response: WebAuthnJson },
  handler: async ({ body, principal, services, reply }) => ({
    ...(await withRetryAfter(reply, offerPasskey(services.accounts, principal, body.password))),
  }),
});

export const postPasskey = route({
  method: "POST",
  path: "/api/auth/passkeys",
  permission: "signed-in",
  status: 201,
  summary: "Add the passkey that the browser made",
  schema: { body: PasskeyRegistration, response: Passkey },
  handler: ({ body, principal, services, request }) => addPasskey(services.accounts, principal, visitOf(request), body),
});

export const getPasskeys = route({
  method: "GET",
  path: "/api/auth/passkeys",
  permission: "signed-in",
  summary: "Your passkeys",
  schema: { response: Passkeys },
  handler: async ({ principal, services }) => ({ items: await listPasskeys(services.accounts, principal) }),
});

export const deletePasskey = route({
  method: "DELETE",
  path: "/api/auth/passkeys/{id}",
  permission: "signed-in",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Remove a passkey of yours",
  description: ASKS,
  schema: { params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) }), body: PasswordMaybe },
  handler: async ({ params, body, principal, services, request, reply }) => {
    const given = { id: params.id, password: body.password };
    await withRetryAfter(reply, removePasskey(services.accounts, principal, visitOf(request), given));
    return undefined;
  },
});

export const postPasskeyLoginOptions = route({
  method: "POST",
  path: "/api/auth/passkey-login/options",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Begin to sign in by passkey: options for navigator.credentials.get",
  schema: { response: WebAuthnJson },
  handler: async ({ services }) => ({ ...(await offerPasskeyLogin(services.accounts)) }),
});

export const postPasskeyLogin = route({
  method: "POST",
  path: "/api/auth/passkey-login",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Sign in with what the authenticator answered",
  schema: { body: PasskeyLogin },
  handler: async ({ body, services, request, reply }) => {
    enter(services, reply, await passkeyLogin(services.accounts, visitOf(request), body));
    return undefined;
  },
});
