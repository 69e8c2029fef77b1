import type { Command } from "../command.ts";
import { EXIT } from "../failure.ts";
import { plural } from "../output/style.ts";

/** `vigil instance remove NAME`: stops pulling and forgets the credential. The evidence stays. */
export const instanceRemove: Command = async (context, call) => {
  const instance = await context.store.instances.get(call.arguments[0]!);
  await context.store.instances.remove(instance.name);
  const kept = instance.head_seq
    ? `its ${plural(instance.head_seq, "event")} stay until retention takes them`
    : "it had no events";
  await context.terminal.out(`${instance.name} is not pulled any more and its key is forgotten; ${kept}.\n`);
  return EXIT.success;
};
