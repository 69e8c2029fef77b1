import { acceptLink, showLink } from "../../accounts/index.ts";
import { hasOwner } from "../../store/accounts/people.ts";
import { Link, LinkQuery, Setup, SetupNeeded } from "../contract/auth.ts";
import { route } from "../route.ts";
import { enter, GUESSES_PER_MINUTE, visitOf, withRetryAfter } from "./visit.ts";

export const getSetup = route({
  method: "GET",
  path: "/api/auth/setup",
  permission: "public",
  summary: "Does this Vigil wait for its first Owner?",
  schema: { response: SetupNeeded },
  handler: async ({ store }) => ({ needed: !(await hasOwner(store.database)) }),
});

export const getLink = route({
  method: "GET",
  path: "/api/auth/link",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "What a one-time link is for; looking does not use it up",
  schema: { query: LinkQuery, response: Link },
  handler: ({ query, services }) => showLink(services.accounts, query.token),
});

export const postSetup = route({
  method: "POST",
  path: "/api/auth/setup",
  permission: "public",
  perMinute: GUESSES_PER_MINUTE,
  summary: "Accept a set-up link or an invitation, and sign in",
  description:
    "With a set-up link: `email`, `name`, `password`. With an invitation: `name` and `password`, or the password you have already.",
  schema: { body: Setup },
  handler: async ({ body, services, request, reply }) => {
    enter(services, reply, await withRetryAfter(reply, acceptLink(services.accounts, visitOf(request), body)));
    return undefined;
  },
});
