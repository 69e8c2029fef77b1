import { timingSafeEqual } from "node:crypto";
import { readMetrics } from "../metrics.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import type { ApiServices } from "../services.ts";

/** Names of instances are nobody's business: a token where one is set, else this machine only. */
export const metrics = route({
  method: "GET",
  path: "/metrics",
  permission: "public",
  summary: "For Prometheus",
  description:
    "`Authorization: Bearer` with VIGIL_METRICS_TOKEN; without that setting it answers to this machine only.",
  streams: ["text/plain"],
  schema: {},
  handler: async ({ services, request, reply }) => {
    permitScrape(services, request.headers.authorization, request.ip);
    const { text, type } = await readMetrics(services);
    return reply.type(type).send(text);
  },
});

function permitScrape({ settings }: ApiServices, authorization: string | undefined, ip: string): void {
  const token = settings.metricsToken;
  if (token === undefined) {
    if (ip === "127.0.0.1" || ip === "::1" || ip === "::ffff:127.0.0.1") return;
    throw new Problem(
      "forbidden",
      "Metrics are told to this machine only; set VIGIL_METRICS_TOKEN to read them from another.",
    );
  }
  const given = Buffer.from(authorization?.replace(/^Bearer /, "") ?? "");
  const expected = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Problem("sign-in-required", "Send VIGIL_METRICS_TOKEN as a bearer token.");
}
