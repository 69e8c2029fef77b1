import { acceptInstance } from "../../ingest/index.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";

/** `vigil instance accept NAME --as restored|copy`: ends a quarantine by saying what the changed database is. */
export const instanceAccept: Command = async (context, call) => {
  const { store, terminal } = context;
  const { as, name: newName } = call.options as { as: string; name?: string };
  if (as !== "restored" && as !== "copy")
    throw usage("--as must be restored (the original came back from a backup) or copy (this is another database now).");
  const instance = await store.instances.get(call.arguments[0]!);
  const client = await context.connect(instance, await store.instances.credential(instance.name));
  try {
    const accepted = await acceptInstance(store, instance.name, {
      as,
      client,
      actor: terminal.user,
      ...(newName ? { newName } : {}),
    });
    context.wake?.(accepted.name);
    await terminal.out(
      as === "restored"
        ? `${accepted.name} goes on in the same chain; what was stored already is not stored twice.\n`
        : `The copy is the new instance ${accepted.name}, with a chain of its own; the evidence of ${instance.name} stays as it is.\n`,
    );
    return EXIT.success;
  } finally {
    await client.close();
  }
};
