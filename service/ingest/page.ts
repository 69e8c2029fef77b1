import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Page, Schema } from "../../odoo_addon_client/protocol.ts";
import { findKnown, type IngestState, quarantine } from "../store/ingest-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient } from "./client.ts";
import { mismatch, QuarantinedError } from "./identity.ts";

/** What is known while pages are pulled one after the other; `schema` keeps its identity, the decoder caches by it. */
export interface PullState extends IngestState {
  schema: Schema | undefined;
}

/** Asks for the page behind `cursor`. A cursor in Odoo's future, or another database, ends in quarantine. */
export async function fetchPage(
  store: Store,
  instance: Instance,
  client: BridgeClient,
  request: { cursor: string | undefined; limit: number; schema_version: string | undefined },
): Promise<Page> {
  try {
    return await client.pull({
      limit: request.limit,
      ...(request.cursor === undefined ? {} : { cursor: request.cursor }),
      ...(request.schema_version === undefined ? {} : { schema_version: request.schema_version }),
    });
  } catch (error) {
    // by name: ingest must not depend on how the client was built
    if ((error as Error).name !== "CursorAheadError") throw error;
    return stop(store, instance, "Odoo is behind what was pulled already: its database was restored from a backup");
  }
}

/** Checks who answers, and takes the schema over; nothing of the page may be used before. */
export async function checkPage(store: Store, instance: Instance, state: PullState, page: Page): Promise<Schema> {
  const reason = mismatch(state, page.identity);
  if (reason !== undefined) await stop(store, instance, reason);
  if (page.schema !== undefined) state.schema = page.schema;
  if (state.schema === undefined)
    throw new Error(`Odoo sent no schema for "${instance.name}": upgrade the Vigil addon there.`);
  return state.schema;
}

/** While a restored database is drained: without those that were stored before it was restored. */
export async function withoutDoubles(store: Store, instance: Instance, events: OdooEvent[]): Promise<OdooEvent[]> {
  if (events.length === 0) return events;
  const times = events.map((event) => event.occurred_at).sort();
  const known = await findKnown(
    store,
    instance.id,
    events.map((event) => event.source_id),
    times[0]!,
    times.at(-1)!,
  );
  return events.filter((event) => !known.has(event.source_id));
}

async function stop(store: Store, instance: Instance, reason: string): Promise<never> {
  await quarantine(store, instance.id, reason);
  throw new QuarantinedError(instance.name, reason);
}
