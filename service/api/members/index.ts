import { Type } from "typebox";
import { changeMember, inviteMember, listMembers, removeMember } from "../../accounts/index.ts";
import { visitOf } from "../auth/visit.ts";
import { Invitation, Invited, Member, MemberChange, Members } from "../contract/members.ts";
import { type Route, route } from "../route.ts";

const Params = Type.Object({ id: Type.String({ format: "uuid", description: "the person" }) });

const list = route({
  method: "GET",
  path: "/api/members",
  permission: "manage:members",
  summary: "The people of the organisation, invited ones included",
  schema: { response: Members },
  handler: async ({ principal, services }) => {
    const items = await listMembers(services.accounts, principal);
    return { items, total: items.length };
  },
});

const invite = route({
  method: "POST",
  path: "/api/members",
  permission: "manage:members",
  status: 201,
  summary: "Invite a person; answers a one-time link, shown only now",
  description: "The role may hold no permission that you do not have yourself.",
  schema: { body: Invitation, response: Invited },
  handler: ({ body, principal, services, request }) =>
    inviteMember(services.accounts, principal, visitOf(request), body),
});

const change = route({
  method: "PATCH",
  path: "/api/members/{id}",
  permission: "manage:members",
  summary: "Give a member another role; the last Owner stays one",
  schema: { params: Params, body: MemberChange, response: Member },
  handler: ({ params, body, principal, services, request }) =>
    changeMember(services.accounts, principal, visitOf(request), params.id, body.role),
});

const remove = route({
  method: "DELETE",
  path: "/api/members/{id}",
  permission: "manage:members",
  summary: "Remove a member with the API keys they made, or withdraw an invitation",
  schema: { params: Params },
  handler: async ({ params, principal, services, request }) => {
    await removeMember(services.accounts, principal, visitOf(request), params.id);
    return undefined;
  },
});

export const MEMBER_ROUTES: readonly Route[] = [list, invite, change, remove];
