import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { parseAddress } from "../places/address.ts";
import { isTrusted, type TrustedProxies } from "../places/client-address.ts";
import { serveDashboard } from "./dashboard.ts";
import { addEtags } from "./etag.ts";
import { measureRequests } from "./metrics.ts";
import { describeApi } from "./openapi.ts";
import { fieldErrors, Problem, problemBody, toProblem } from "./problem.ts";
import { registerRoute } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { secure } from "./security.ts";
import type { ApiServices } from "./services.ts";
import { endStreams } from "./stream/follow.ts";

const BODY_BYTES = 1 << 20;
const MINUTE_MS = 60_000;
/** about what a restart of PostgreSQL takes */
const RETRY_SECONDS = 5;

/**
 * The REST API with everything around it. Every limit is explicit: 10 s for the head, 30 s for a request to arrive and
 * for a handler to answer (streams excepted), 1 MB of body.
 */
export async function buildApi(services: ApiServices): Promise<FastifyInstance> {
  const { settings, log } = services;
  const proxies = settings.trustedProxies;
  const app = Fastify({
    logger: false,
    trustProxy: proxies === undefined ? false : (address) => isTrustedText(address, proxies),
    bodyLimit: BODY_BYTES,
    connectionTimeout: 0,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384 },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 16_384 },
    genReqId: () => randomUUID(),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true } },
    schemaErrorFormatter: (errors, part) =>
      new Problem("invalid-request", `The ${part} is not valid.`, { errors: fieldErrors(errors, part) }),
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error);
    const fields = {
      reference: request.id,
      method: request.method,
      route: request.routeOptions.url,
      problem: problem.problem,
    };
    if (problem.status >= 500) log.error({ ...fields, error: describeCause(error) }, "request failed");
    if (problem.problem === "store-unavailable") reply.header("retry-after", RETRY_SECONDS);
    return reply
      .code(problem.status)
      .type("application/problem+json")
      .serializer(JSON.stringify)
      .send(problemBody(problem, request.id));
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    log.debug(
      {
        reference: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
      },
      "request",
    );
  });
  measureRequests(app);
  await secure(app);
  await app.register(cookie);
  await app.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: MINUTE_MS,
    allowList: (request) => request.url === "/livez" || request.url === "/readyz",
    errorResponseBuilder: (_, { after }) =>
      new Problem("too-many-requests", `Too many requests from this address; try again in ${after}.`),
  });
  await describeApi(app, services.version);
  addEtags(app);
  for (const route of ROUTES) registerRoute(app, services, route);
  await serveDashboard(app, settings);
  app.addHook("preClose", async () => endStreams());
  return app;
}

function isTrustedText(text: string, proxies: TrustedProxies): boolean {
  const address = parseAddress(text);
  return address !== undefined && isTrusted(address, proxies);
}

/** For the log only. */
function describeCause(error: unknown): string {
  let text = "";
  for (let current = error; current instanceof Error; current = current.cause)
    text += `${text ? "\ncaused by " : ""}${current.stack ?? current.message}`;
  return text || String(error);
}
