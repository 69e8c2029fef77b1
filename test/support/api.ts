import type { FastifyInstance } from "fastify";
import { NetworkError } from "../../odoo_addon_client/index.ts";
import {
  PERMISSION_NAMES,
  type Permission,
  permissionsOf,
  type SystemRole,
} from "../../service/accounts/permissions.ts";
import type { Principal } from "../../service/accounts/principal.ts";
import { type ApiServices, buildApi } from "../../service/api/index.ts";
import { makePlaces } from "../../service/places/index.ts";
import { readSettings } from "../../service/settings/read.ts";
import type { Store } from "../../service/store/index.ts";

/* The API in this process, asked by `inject`; who asks is named in a header that only tests understand. */

export const AS = "x-test-principal";
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

export async function openApi(store: Store, more: Partial<ApiServices> = {}): Promise<FastifyInstance> {
  return buildApi({
    places: makePlaces([]),
    store,
    settings: { ...readSettings({}), requestsPerMinute: 1_000_000_000 },
    log: silent,
    version: "0.0.0-test",
    connect: async () => {
      throw new NetworkError("There is no Odoo here.");
    },
    authenticate: async (request) => {
      const text = request.headers[AS];
      if (typeof text !== "string") return undefined;
      const { permissions, ...rest } = JSON.parse(text) as Principal & { permissions: Permission[] };
      return { ...rest, permissions: new Set(permissions) };
    },
    accounts: { store, publicUrl: () => "http://localhost:8787" },
    ...more,
  });
}

/** The header of a person with this role, of the store's organisation unless another is named. */
export function as(
  store: Store,
  role: SystemRole | "all" | "none",
  organisation_id = store.organisationId,
): Record<string, string> {
  const permissions = role === "all" ? PERMISSION_NAMES : role === "none" ? [] : [...permissionsOf(role)];
  return { [AS]: JSON.stringify({ type: "person", id: "test", name: role, organisation_id, role, permissions }) };
}
