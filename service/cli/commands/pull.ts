import { setTimeout } from "node:timers/promises";
import { pullAll } from "../../ingest/index.ts";
import { LeaseError } from "../../store/errors.ts";
import { holderName } from "../../store/leases.ts";
import type { Instance } from "../../store/types.ts";
import type { Command, Context } from "../command.ts";
import { EXIT } from "../failure.ts";
import { type OdooClient, refuseIfTaken, remember } from "../odoo.ts";
import { progress } from "../output/progress.ts";
import { count, plural } from "../output/style.ts";

const RETRY_MS = 250;
const PATIENCE_MS = 10 * 60_000;

/** `vigil pull NAME`: everything that waits in that Odoo, stored, sealed and acknowledged. */
export const pull: Command = async (context, call) => {
  const { store, terminal } = context;
  const instance = await store.instances.get(call.arguments[0]!);
  const client = await context.connect(instance, await store.instances.credential(instance.name));
  try {
    const startedAt = performance.now();
    const events = await patiently(context, () => pullWithProgress(context, instance, client));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const said = events ? `${plural(events, "new event")} in ${seconds} s` : "nothing new";
    await terminal.out(`${instance.name}: ${said}; ${standing(await store.instances.get(instance.name))}.\n`);
    // Interrupted: what arrived is stored, but "everything pending" was not done, and the exit status says so.
    terminal.signal.throwIfAborted();
    return EXIT.success;
  } finally {
    await client.close();
  }
};

/**
 * While a service pulls the same instance it holds the lease; it gives it back after each round. What it stores until
 * then is not counted here, but when this returns nothing is pending, as the command promises.
 */
async function patiently(context: Context, work: () => Promise<number>): Promise<number> {
  const { terminal } = context;
  const until = context.now().getTime() + PATIENCE_MS;
  for (let told = false; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LeaseError) || context.now().getTime() >= until) throw error;
    }
    if (!told) await terminal.err("A service is pulling it at this moment; waiting for it …\n");
    told = true;
    await setTimeout(RETRY_MS, undefined, { signal: terminal.signal });
  }
}

/** How many were stored. Also the demo's way to pull. */
export async function pullWithProgress(
  context: Pick<Context, "store" | "terminal">,
  instance: Instance,
  client: OdooClient,
  label = `Pulling ${instance.name}`,
): Promise<number> {
  const { store, terminal } = context;
  const hello = await client.hello();
  refuseIfTaken(store, hello);
  await remember(store, instance.name, hello);
  // An estimate: several row changes make one event, and after the first time Odoo still keeps what was acknowledged.
  const waiting = instance.head_seq === 0 ? hello.status.outbox_rows : undefined;
  const bar = progress(terminal, label);
  try {
    const { events } = await pullAll(store, instance, client, {
      signal: terminal.signal,
      leaseHolder: holderName(`command:${performance.now()}`),
      onProgress: (step) => {
        const upTo = step.occurred_at ? `up to ${step.occurred_at.slice(0, 19).replace("T", " ")}` : "";
        void bar.update(step.events, waiting && Math.max(waiting, step.events), upTo);
      },
    });
    return events;
  } finally {
    await bar.end();
  }
}

function standing(instance: Instance): string {
  if (instance.head_seq === 0) return "nothing is stored yet";
  const { head_seq, sealed_seq, acknowledged_seq } = instance;
  return `stored up to seq ${count(head_seq)}, sealed up to ${count(sealed_seq)}, acknowledged up to ${count(acknowledged_seq)}`;
}
