import { VigilClientError } from "../../odoo_addon_client/index.ts";
import type { Hello } from "../../odoo_addon_client/protocol.ts";
import type { PollerOptions } from "../ingest/index.ts";
import { readSync } from "../store/session-rows.ts";
import type { Store } from "../store/types.ts";
import { keyWarning } from "./bridge-key.ts";
import type { Log } from "./log.ts";

/** Presence is told once a minute: a clock further off than that makes times of sessions misleading. */
const CLOCK_AHEAD_S = 60;

/**
 * Asks each Odoo how its capture is (missing triggers, gaps, a full outbox) and keeps the answer for `instance list`:
 * pulling alone would not notice that nothing is captured any more. An Odoo that is away is the poller's to report.
 */
export async function watchInstances(store: Store, clients: PollerOptions["clients"], log: Log): Promise<void> {
  for (const instance of await store.instances.list()) {
    if (instance.state !== "active") continue;
    try {
      const client = await clients(instance, await store.instances.credential(instance.name));
      const hello = await client.hello().finally(() => client.close?.());
      const warnings = [...warningsOf(hello), ...(await serviceWarnings(store, instance.id))];
      await store.instances.update(instance.name, {
        odoo_version: hello.odoo_version,
        addon_version: hello.addon_version,
        warnings,
      });
      for (const warning of warnings) log.warn({ instance: instance.name, warning }, "capture");
    } catch (error) {
      if (!(error instanceof VigilClientError)) throw error;
    }
  }
}

/** What the addon warns of, and missing triggers even when an older addon does not put them into words. */
function warningsOf({ status }: Hello): string[] {
  const missing = status.triggers_expected - status.triggers_present;
  const said = status.warnings.some((warning) => /trigger/i.test(warning));
  return missing > 0 && !said ? [...status.warnings, `${missing} capture triggers are missing.`] : status.warnings;
}

/** What the service noticed itself: a key that cannot be changed, a clock that is wrong. */
async function serviceWarnings(store: Store, instanceId: string): Promise<string[]> {
  const key = await keyWarning(store, instanceId);
  const ahead = (await readSync(store.database, instanceId))?.clock_ahead_s ?? 0;
  const clock =
    Math.abs(ahead) < CLOCK_AHEAD_S
      ? undefined
      : `Its clock is ${Math.abs(Math.round(ahead))} s ${ahead > 0 ? "ahead of" : "behind"} the service's: set one of them right.`;
  return [key, clock].filter((warning) => warning !== undefined);
}
