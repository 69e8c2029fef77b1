import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Acknowledgement, AcknowledgeResult, Hello, Page, Schema } from "../../odoo_addon_client/protocol.ts";

/** What ingest needs of a client; `odoo_addon_client` offers it, tests bring their own. */
export interface BridgeClient {
  hello(): Promise<Hello>;
  pull(request: { cursor?: string; limit: number; schema_version?: string }): Promise<Page>;
  acknowledge(acknowledgement: Acknowledgement): Promise<AcknowledgeResult>;
  adopt(request: { as: "restored" | "copy"; nonce: string }): Promise<Hello>;
  close?(): Promise<void>;
}

export type DecodePage = (page: Page, schema: Schema) => OdooEvent[];
