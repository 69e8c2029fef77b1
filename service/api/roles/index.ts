import { Type } from "typebox";
import { changeRole, createRole, listRoles, removeRole } from "../../accounts/index.ts";
import { PERMISSION_NAMES, PERMISSIONS, type Permission } from "../../accounts/permissions.ts";
import { visitOf } from "../auth/visit.ts";
import { Permissions, Role, RoleChange, RoleNew, Roles } from "../contract/roles.ts";
import { type Route, route } from "../route.ts";

const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: "the role" }) });

const permissions = route({
  method: "GET",
  path: "/api/permissions",
  permission: "signed-in",
  summary: "The table of permissions",
  schema: { response: Permissions },
  handler: async () => ({
    items: PERMISSION_NAMES.map((name) => ({
      name,
      allows: PERMISSIONS[name].allows,
      roles: [...PERMISSIONS[name].roles],
    })),
  }),
});

const list = route({
  method: "GET",
  path: "/api/roles",
  permission: "signed-in",
  summary: "The system roles and the organisation's own",
  schema: { response: Roles },
  handler: async ({ principal, services }) => ({ items: await listRoles(services.accounts, principal) }),
});

const create = route({
  method: "POST",
  path: "/api/roles",
  permission: "manage:roles",
  status: 201,
  summary: "Make a role of permissions that you have yourself",
  schema: { body: RoleNew, response: Role },
  handler: ({ body, principal, services, request }) =>
    createRole(services.accounts, principal, visitOf(request), {
      ...body,
      permissions: body.permissions as Permission[],
    }),
});

const change = route({
  method: "PATCH",
  path: "/api/roles/{id}",
  permission: "manage:roles",
  summary: "Change one of the organisation's roles; it holds from the next request on",
  schema: { params: Params, body: RoleChange, response: Role },
  handler: ({ params, body, principal, services, request }) =>
    changeRole(services.accounts, principal, visitOf(request), params.id, {
      ...body,
      permissions: body.permissions as Permission[] | undefined,
    } as Parameters<typeof changeRole>[4]),
});

const remove = route({
  method: "DELETE",
  path: "/api/roles/{id}",
  permission: "manage:roles",
  summary: "Delete a role that nobody has",
  schema: { params: Params },
  handler: async ({ params, principal, services, request }) => {
    await removeRole(services.accounts, principal, visitOf(request), params.id);
    return undefined;
  },
});

export const ROLE_ROUTES: readonly Route[] = [permissions, list, create, change, remove];
