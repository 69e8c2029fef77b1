import type { FastifyInstance } from "fastify";
import { PERMISSION_NAMES } from "../../service/accounts/permissions.ts";
import { buildApi } from "../../service/api/index.ts";
import { readSettings } from "../../service/settings/read.ts";
import type { Store } from "../../service/store/index.ts";

/** The API on a port of its own, for one who may do everything, without a limit of requests. */
export async function serveApi(store: Store): Promise<{ api: FastifyInstance; origin: string }> {
  const principal = {
    type: "person",
    id: "bench",
    name: "bench",
    organisation_id: store.organisationId,
    permissions: new Set(PERMISSION_NAMES),
  } as const;
  const api = await buildApi({
    store,
    settings: { ...readSettings({}), requestsPerMinute: 1_000_000_000 },
    log: { debug() {}, info() {}, warn() {}, error: console.error },
    version: "bench",
    accounts: { store, publicUrl: () => "http://localhost" },
    authenticate: async () => principal,
    connect: () => Promise.reject(new Error("none")),
  });
  return { api, origin: await api.listen({ host: "127.0.0.1", port: 0 }) };
}
