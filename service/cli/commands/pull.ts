import { pullAll } from "../../ingest/index.ts";
import { LeaseError } from "../../store/errors.ts";
import type { Command } from "../command.ts";
import { CommandFailure, EXIT } from "../failure.ts";
import { progress } from "../output/progress.ts";
import { count, plural } from "../output/style.ts";

/** `vigil pull NAME`: everything that waits in that Odoo, stored, sealed and acknowledged. */
export const pull: Command = async (context, call) => {
  const { store, terminal } = context;
  const instance = await store.instances.get(call.arguments[0]!);
  if (instance.state === "quarantined") {
    throw new CommandFailure(
      `${instance.name} is quarantined (${(instance.state_reason ?? "it is not the database it was").replace(/\.$/, "")}); say what it is with \`vigil instance accept ${instance.name} --as restored|copy\`.`,
    );
  }
  const client = await context.connect(instance, await store.instances.credential(instance.name));
  const bar = progress(terminal, `Pulling ${instance.name}`);
  const startedAt = performance.now();
  try {
    // An estimate: several row changes of one transaction become one event.
    const waiting = terminal.shape.progress ? (await client.hello()).status.outbox_rows : 0;
    const result = await pullAll(store, instance, client, {
      signal: terminal.signal,
      leaseHolder: `pull:${process.pid}:${Math.floor(startedAt)}`,
      onProgress: ({ events, occurred_at }) =>
        void bar.update(
          events,
          Math.max(waiting, events),
          occurred_at ? `up to ${occurred_at.slice(0, 19).replace("T", " ")}` : "",
        ),
    });
    await bar.end();
    const after = await store.instances.get(instance.name);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const state =
      after.head_seq === 0
        ? "nothing stored yet"
        : `the store holds seq 1 to ${count(after.head_seq)}, sealed up to ${count(after.sealed_seq)}, acknowledged up to ${count(after.acknowledged_seq)}`;
    await terminal.out(
      `${instance.name}: ${result.events ? `${plural(result.events, "new event")} in ${seconds} s` : "nothing new"}; ${state}.\n`,
    );
    return EXIT.success;
  } catch (error) {
    if (error instanceof LeaseError && context.wake) {
      context.wake(instance.name);
      throw new CommandFailure(
        `The running service is pulling ${instance.name} at this moment; \`vigil instance list\` shows how far it is.`,
        EXIT.no,
        { cause: error },
      );
    }
    throw error;
  } finally {
    await bar.end();
    await client.close();
  }
};
