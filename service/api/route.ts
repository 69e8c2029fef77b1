import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Static, type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { Permission } from "../accounts/permissions.ts";
import type { Principal } from "../accounts/principal.ts";
import { scopeStore } from "../store/scope.ts";
import type { Store } from "../store/types.ts";
import { fieldErrors, Problem, ProblemBody } from "./problem.ts";
import type { ApiServices } from "./services.ts";
import { cutOffSleepers } from "./slow-readers.ts";

export interface RouteSchema<Q extends TSchema, P extends TSchema, B extends TSchema, R extends TSchema> {
  query?: Q;
  params?: P;
  body?: B;
  /** of the successful answer; absent: 204 without a body, or a stream */
  response?: R;
}

/** What a handler works with: everything it is told was parsed and permitted. */
export interface Context<Q = unknown, P = unknown, B = unknown> {
  query: Q;
  params: P;
  body: B;
  /** a stranger where the route is public */
  principal: Principal;
  /** of the principal's organisation: nothing of another one can be reached through it */
  store: Store;
  services: ApiServices;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface RouteOptions<Q extends TSchema, P extends TSchema, B extends TSchema, R extends TSchema> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** OpenAPI's form: `/api/instances/{id}` */
  path: string;
  /** `public`: no sign-in; `signed-in`: any member */
  permission: Permission | "public" | "signed-in";
  summary: string;
  description?: string;
  schema: RouteSchema<Q, P, B, R>;
  /** of success; default 200, or 204 without a response schema */
  status?: number;
  /** what a streaming route answers with, for OpenAPI */
  streams?: string[];
  /** may take longer than 30 s: it waits for an Odoo, or reads everything */
  slow?: boolean;
  bodyLimit?: number;
  /** requests a minute by address, where the general limit is too generous (sign-in) */
  perMinute?: number;
  /** false: not in OpenAPI */
  listed?: boolean;
  handler(context: Context<Static<Q>, Static<P>, Static<B>>): Promise<Static<R> | FastifyReply | undefined> | Static<R>;
}

/** A route whose types were checked where it was written. */
export type Route = RouteOptions<TSchema, TSchema, TSchema, TSchema>;

/**
 * Declares a route: parse → permit → query → answer. Its schemas give the types, the validation and the OpenAPI page.
 *
 * @example
 * export const listRoles = route({
 *   method: "GET", path: "/api/roles", permission: "manage:roles", summary: "All roles",
 *   schema: { response: Type.Object({ items: Type.Array(Role) }) },
 *   handler: async ({ store, principal }) => ({ items: await roles(store, principal.organisation_id) }),
 * });
 */
export function route<
  Q extends TSchema = TSchema,
  P extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
>(options: RouteOptions<Q, P, B, R>): Route {
  return options as unknown as Route;
}

const HANDLER_MS = 30_000;
const SLOWEST_READER_MS = 60_000;

const permitted = new WeakMap<FastifyRequest, Principal>();

/** The nobody of public routes: no organisation, no permission. */
const STRANGER: Principal = {
  type: "person",
  id: "stranger",
  name: "stranger",
  organisation_id: "00000000-0000-0000-0000-000000000000",
  permissions: new Set(),
};

export function registerRoute(app: FastifyInstance, services: ApiServices, options: Route): void {
  const { schema, permission } = options;
  const status = options.status ?? (schema.response || options.streams ? 200 : 204);
  const success = schema.response ?? (options.streams ? undefined : { type: "null", description: "Done." });
  const tag = options.path.split("/")[2] ?? "service";
  // ajv, which comes after, changes values into the wanted types: right for a query, wrong for JSON
  const body = schema.body === undefined ? undefined : Compile(schema.body);
  app.route({
    method: options.method,
    url: options.path.replace(/\{(\w+)\}/g, ":$1"),
    bodyLimit: options.bodyLimit,
    ...(options.streams || options.slow ? {} : { handlerTimeout: HANDLER_MS }),
    config: options.perMinute === undefined ? {} : { rateLimit: { max: options.perMinute, timeWindow: 60_000 } },
    schema: {
      summary: options.summary,
      description: describe(options),
      tags: [tag],
      hide: options.listed === false,
      querystring: closed(schema.query ?? Type.Object({})),
      ...(schema.params ? { params: schema.params } : {}),
      ...(schema.body ? { body: schema.body } : {}),
      ...(permission === "public" ? { security: [] } : {}),
      response: {
        ...(success === undefined
          ? { [status]: { description: "A stream.", content: streamed(options.streams!) } }
          : { [status]: success }),
        "4xx": problemAnswer,
        "5xx": problemAnswer,
      },
    },
    // before the body is read: who may not ask learns nothing of what a right question looks like
    onRequest: async (request) => {
      if (permission !== "public") permitted.set(request, await permit(services, request, permission));
    },
    preValidation: async (request) => {
      if (body === undefined || body.Check(request.body)) return;
      throw new Problem("invalid-request", "The body is not valid.", {
        errors: fieldErrors(body.Errors(request.body), "body"),
      });
    },
    handler: async (request, reply) => {
      const principal = permitted.get(request) ?? STRANGER;
      const context: Context = {
        query: request.query,
        params: request.params,
        body: request.body,
        principal,
        store: permission === "public" ? services.store : scopeStore(services.store, principal.organisation_id),
        services,
        request,
        reply,
      };
      reply.code(status);
      if (options.streams) cutOffSleepers(reply.raw, services.slowestReaderMs ?? SLOWEST_READER_MS);
      const answer = await options.handler(context as Context<never, never, never>);
      return status === 204 && answer === undefined ? reply.send() : answer;
    },
  });
}

/** Who asks, when they may. The organisation comes from the principal alone, never from the address. */
async function permit(
  services: ApiServices,
  request: FastifyRequest,
  permission: Permission | "signed-in",
): Promise<Principal> {
  const principal = await services.authenticate(request);
  if (principal === undefined) throw new Problem("sign-in-required", "This needs a sign-in or an API key.");
  if (permission !== "signed-in" && !principal.permissions.has(permission))
    throw new Problem("forbidden", `This needs the permission ${permission}, which your role does not have.`);
  return principal;
}

const problemAnswer = { description: "A problem.", content: { "application/problem+json": { schema: ProblemBody } } };

const streamed = (types: string[]): Record<string, object> =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: "string" } }]));

/** An unknown word in a query is a mistake that would otherwise answer with everything. */
function closed(schema: TSchema): TSchema {
  return { ...schema, additionalProperties: false } as TSchema;
}

function describe({ permission, description }: Route): string {
  const needs =
    permission === "public"
      ? "Needs no sign-in."
      : permission === "signed-in"
        ? "Needs a sign-in."
        : `Needs the permission \`${permission}\`.`;
  return description ? `${description}\n\n${needs}` : needs;
}
