import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { healthOf } from "./instances/present.ts";
import type { ApiServices } from "./services.ts";

/*
 * Names by Prometheus' conventions. Labels hold routes, methods, statuses and names of instances: never a person,
 * an address or a value.
 */
const registry = new Registry();
collectDefaultMetrics({ register: registry, prefix: "vigil_" });

const requests = new Histogram({
  name: "vigil_http_request_duration_seconds",
  help: "How long the API took to answer.",
  labelNames: ["method", "route", "status"],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
  registers: [registry],
});
const labelNames = ["instance"];
const gauge = (name: string, help: string, labels = labelNames): Gauge =>
  new Gauge({ name, help, labelNames: labels, registers: [registry] });
const head = gauge("vigil_instance_events", "Number of the newest stored event.");
const unsealed = gauge("vigil_instance_unsealed_events", "Stored after the last signed checkpoint.");
const lag = gauge("vigil_instance_lag_seconds", "Age of the newest page's oldest event when it was stored.");
const pulled = gauge("vigil_instance_last_pull_timestamp_seconds", "When it was last pulled.");
const up = gauge("vigil_instance_up", "1 while pulls succeed and it is not quarantined.");
const webhook = gauge("vigil_instance_webhook_failures", "Posts in a row that the checkpoint webhook did not take.");
const streams = gauge("vigil_api_open_streams", "Live streams that are being followed.", []);

export function measureRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

export const countStreams = (change: 1 | -1): void => streams.inc(change);

export async function readMetrics({ store }: Pick<ApiServices, "store">): Promise<{ text: string; type: string }> {
  for (const one of [head, unsealed, lag, pulled, up, webhook]) one.reset();
  for (const instance of await store.instances.list()) {
    const labels = { instance: instance.name };
    head.set(labels, instance.head_seq);
    unsealed.set(labels, instance.head_seq - instance.sealed_seq);
    webhook.set(labels, instance.webhook_failures ?? 0);
    if (instance.lag_seconds !== undefined) lag.set(labels, instance.lag_seconds);
    if (instance.last_pull_at !== undefined) pulled.set(labels, Date.parse(instance.last_pull_at) / 1000);
    up.set(labels, ["ok", "warning"].includes(healthOf(instance)) ? 1 : 0);
  }
  return { text: await registry.metrics(), type: registry.contentType };
}
