import { VigilClientError } from "../../../odoo_addon_client/index.ts";
import { placesFor } from "../../jobs/places.ts";
import { findByNameOrId, syncSessions, withClient } from "../../sessions/index.ts";
import { claimSync, planSync, readSync } from "../../store/session-rows.ts";
import type { Instance } from "../../store/types.ts";
import type { Context } from "../command.ts";
import { printable } from "../output/style.ts";

/** A running service asks every 30 to 60 s; what is older than this nobody keeps fresh. */
const FRESH_MS = 75_000;
const ROUND_MS = 60_000;

/** The instance of `--instance`, or all of them. Throws InstanceUnknownError. */
export async function chosenInstances({ store }: Context, name: unknown): Promise<Instance[]> {
  return typeof name === "string" ? [await findByNameOrId(store, name)] : store.instances.list();
}

/**
 * Asks the instances for their sessions where no running service does, so that the command line alone shows the truth.
 * One that cannot be reached is named on standard error; what is known of it is shown all the same.
 */
export async function refreshSessions(context: Context, instances: Instance[]): Promise<void> {
  const { store, terminal } = context;
  for (const instance of instances) {
    const known = await readSync(store.database, instance.id);
    const age = known?.synced_at ? store.clock().getTime() - Date.parse(known.synced_at) : Number.POSITIVE_INFINITY;
    if (instance.state !== "active" || age < FRESH_MS) continue;
    const later = new Date(store.clock().getTime() + ROUND_MS);
    const turn = await claimSync(store, instance.id, later);
    try {
      const places = await placesFor(context.settings);
      const cursor = turn?.cursor ?? known?.cursor;
      await withClient(store, context.connect, instance, (client) =>
        syncSessions(store, instance.id, { client, places, cursor, signal: terminal.signal }),
      );
      await planSync(store, instance.id, later);
    } catch (error) {
      if (!(error instanceof VigilClientError)) throw error;
      await terminal.err(`${printable(instance.name)}: ${error.message} What follows is what was known before.\n`);
    }
  }
}
