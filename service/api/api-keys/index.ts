import { Type } from "typebox";
import { createApiKey, listApiKeys, revokeApiKey } from "../../accounts/index.ts";
import type { Permission } from "../../accounts/permissions.ts";
import { visitOf } from "../auth/visit.ts";
import { ApiKeyMade, ApiKeyNew, ApiKeys } from "../contract/api-keys.ts";
import { type Route, route } from "../route.ts";

const list = route({
  method: "GET",
  path: "/api/api-keys",
  permission: "manage:api_keys",
  summary: "The organisation's API keys, revoked ones included",
  schema: { response: ApiKeys },
  handler: async ({ principal, services }) => ({ items: await listApiKeys(services.accounts, principal) }),
});

const create = route({
  method: "POST",
  path: "/api/api-keys",
  permission: "manage:api_keys",
  status: 201,
  summary: "Make an API key of permissions that you have yourself; it is shown only now",
  description: "It is worth no more than its maker: what they may not do any more, it may not either.",
  schema: { body: ApiKeyNew, response: ApiKeyMade },
  handler: ({ body, principal, services, request }) =>
    createApiKey(services.accounts, principal, visitOf(request), {
      ...body,
      permissions: body.permissions as Permission[],
    }),
});

const revoke = route({
  method: "DELETE",
  path: "/api/api-keys/{id}",
  permission: "manage:api_keys",
  summary: "Revoke an API key",
  schema: { params: Type.Object({ id: Type.String({ format: "uuid" }) }) },
  handler: async ({ params, principal, services, request }) => {
    await revokeApiKey(services.accounts, principal, visitOf(request), params.id);
    return undefined;
  },
});

export const API_KEY_ROUTES: readonly Route[] = [list, create, revoke];
