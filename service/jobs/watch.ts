import { VigilClientError } from "../../odoo_addon_client/index.ts";
import type { Hello } from "../../odoo_addon_client/protocol.ts";
import type { PollerOptions } from "../ingest/index.ts";
import type { Store } from "../store/types.ts";
import type { Log } from "./log.ts";

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
      await store.instances.update(instance.name, {
        odoo_version: hello.odoo_version,
        addon_version: hello.addon_version,
        warnings: warningsOf(hello),
      });
      for (const warning of warningsOf(hello)) log.warn({ instance: instance.name, warning }, "capture");
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
