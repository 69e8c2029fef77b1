import { type Blame, VigilClientError } from "../../../odoo_addon_client/index.ts";
import type { Store } from "../../store/types.ts";
import type { Check, CheckStep, Connection } from "../contract/instances.ts";
import type { ApiServices } from "../services.ts";

type Step = CheckStep["step"];
const STEPS: readonly Step[] = ["reach", "tls", "database", "credentials", "addon", "rights", "triggers"];
const BLAMED: Record<Blame, Step> = {
  network: "reach",
  odoo: "reach",
  tls: "tls",
  database: "database",
  credentials: "credentials",
  addon: "addon",
  rights: "rights",
};

/** Tries a connection and says of each step whether it works: the first that fails tells who has to act. Stores nothing. */
export async function checkConnection(services: ApiServices, store: Store, target: Connection): Promise<Check> {
  const plain = target.url.startsWith("http:");
  try {
    const client = await services.connect({ ...target, insecure: target.insecure === true }, target.key);
    try {
      const { odoo_version, addon_version, identity, status } = await client.hello();
      const steps = STEPS.map((step): CheckStep => ({ step, status: "ok" }));
      const say = (step: Step, level: CheckStep["status"], message: string): void => {
        steps[STEPS.indexOf(step)] = { step, status: level, message };
      };
      if (plain) say("tls", "warning", "The address is http: what travels can be read on the way.");
      if (identity.neutralized)
        say("database", "warning", "This database is neutralized: it looks like a copy for testing.");
      if (status.consumer !== undefined && !store.keys.trusted.has(status.consumer))
        say("addon", "failed", "This database belongs to another Vigil service already; release it there first.");
      const missing = status.triggers_expected - status.triggers_present;
      if (missing > 0)
        say(
          "triggers",
          "warning",
          `${missing} of ${status.triggers_expected} triggers are missing: choose "Repair capture" in Odoo's settings.`,
        );
      else say("triggers", "ok", `${status.triggers_present} triggers present.`);
      const ok = steps.every((step) => step.status !== "failed");
      return { ok, steps, odoo_version, addon_version, database: identity.database, transport: client.transport };
    } finally {
      await client.close();
    }
  } catch (error) {
    if (!(error instanceof VigilClientError)) throw error;
    const failed = STEPS.indexOf(BLAMED[error.blame]);
    return {
      ok: false,
      steps: STEPS.map((step, at) => {
        if (at === failed) return { step, status: "failed", message: error.message };
        return { step, status: at < failed ? "ok" : "skipped" };
      }),
    };
  }
}
