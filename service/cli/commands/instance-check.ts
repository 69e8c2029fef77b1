import type { Command } from "../command.ts";
import { CommandFailure, EXIT } from "../failure.ts";
import { refuseIfTaken, remember } from "../odoo.ts";
import { reportHello } from "../output/hello.ts";
import { painter } from "../output/style.ts";

/** `vigil instance check NAME`: does the connection work, and is the capture complete? Exit status 1 when it is not. */
export const instanceCheck: Command = async (context, call) => {
  const { store, terminal } = context;
  const instance = await store.instances.get(call.arguments[0]!);
  const client = await context.connect(instance, await store.instances.credential(instance.name));
  try {
    const hello = await client.hello();
    await remember(store, instance.name, hello);
    const { identity, status } = hello;
    await terminal.out(reportHello(instance.name, hello, client.transport, painter(terminal.shape.color)));
    const known = instance.identity;
    if (instance.state === "quarantined") {
      throw new CommandFailure(
        `${instance.name} is quarantined; say what it is with \`vigil instance accept ${instance.name} --as restored|copy\`.`,
      );
    }
    if (
      known &&
      (known.database_uuid !== identity.database_uuid || known.system_identifier !== identity.system_identifier)
    ) {
      throw new CommandFailure(`This is not the database that ${instance.name} was; the next pull will quarantine it.`);
    }
    refuseIfTaken(store, hello);
    if (status.triggers_present < status.triggers_expected) {
      throw new CommandFailure(
        `Capture is incomplete in ${instance.name}; restart Odoo, which puts the missing triggers back.`,
      );
    }
    return EXIT.success;
  } finally {
    await client.close();
  }
};
