import { type BridgeClient, connect } from "../../odoo_addon_client/index.ts";
import type { Hello } from "../../odoo_addon_client/protocol.ts";
import { mayReach } from "../places/reachable.ts";
import type { Settings } from "../settings/list.ts";
import type { Instance, Store } from "../store/types.ts";
import { CommandFailure } from "./failure.ts";

export type OdooClient = BridgeClient;

/** Connects to the Odoo of an instance, as the settings say. Throws `VigilClientError`. */
export function connectTo(
  settings: Settings,
  target: Pick<Instance, "url" | "db" | "login" | "insecure">,
  key: string,
): Promise<OdooClient> {
  return connect({
    url: target.url,
    database: target.db,
    login: target.login,
    secret: key,
    timeout_ms: settings.odooTimeoutMs,
    insecure_tls: target.insecure,
    allow_address: (address) => mayReach(address, settings.odooNetworks),
  });
}

/** Keeps what an Odoo said of itself, for `instance list`. */
export async function remember(store: Store, name: string, hello: Hello): Promise<void> {
  const { odoo_version, addon_version, status } = hello;
  await store.instances.update(name, { odoo_version, addon_version, warnings: status.warnings });
}

/**
 * An Odoo belongs to one service, the first that acknowledged: another one would pull for nothing, because it may not
 * acknowledge. Said before anything is stored.
 */
export function refuseIfTaken(store: Store, hello: Hello): void {
  const { consumer } = hello.status;
  if (!consumer || store.keys.trusted.has(consumer)) return;
  throw new CommandFailure(
    `The database ${hello.identity.database} belongs to another Vigil service already (key ${consumer.slice(0, 12)}…); pull it from there, or reinstall the addon to hand it over.`,
  );
}
