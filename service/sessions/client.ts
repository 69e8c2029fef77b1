import type { BridgeClient } from "../../odoo_addon_client/index.ts";

export type { SessionEndRequest, SessionsPage, WireSession } from "../../odoo_addon_client/protocol.ts";

/** What this room needs of a client; `odoo_addon_client` offers it, tests bring their own. */
export type SessionsClient = Pick<BridgeClient, "sessions" | "sessionEnd" | "userBlock"> & { close?(): Promise<void> };
