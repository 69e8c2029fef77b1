import { mismatch } from "../../ingest/identity.ts";
import { readIngestState } from "../../store/ingest-rows.ts";
import type { Command } from "../command.ts";
import { CommandFailure, EXIT, usage } from "../failure.ts";
import { refuseIfTaken, remember } from "../odoo.ts";
import { reportHello } from "../output/hello.ts";
import { painter, printable } from "../output/style.ts";
import { readUrl } from "./instance-add.ts";

/**
 * `vigil instance set NAME`: another address, login or key for the same database. Nothing is stored that does not
 * work, or that leads to another database. One that was quarantined because a copy answered in its place is active
 * again when the original answers.
 */
export const instanceSet: Command = async (context, call) => {
  const { store, terminal } = context;
  const { url, db, login, key: asked, insecure } = call.options as Record<string, string | boolean | undefined>;
  if ([url, db, login, asked, insecure].every((one) => one === undefined))
    throw usage("Say what to set: --key, --url, --db, --login or --insecure; see --help.");
  const instance = await store.instances.get(call.arguments[0]!);
  const target = {
    url: url === undefined ? instance.url : readUrl(String(url)),
    db: db === undefined ? instance.db : String(db),
    login: login === undefined ? instance.login : String(login),
    insecure: insecure === undefined ? instance.insecure : insecure === true,
  };
  const key = asked
    ? (await terminal.askSecret(`New API key (or password) of ${printable(target.login)} at ${target.url}: `)).trim()
    : await store.instances.credential(instance.name);
  if (!key) throw usage("An empty key was given; make one in Odoo under Preferences → Account Security → New API Key.");
  const client = await context.connect(target, key);
  try {
    const hello = await client.hello();
    refuseIfTaken(store, hello);
    const other = mismatch(await readIngestState(store, instance.id), hello.identity);
    if (other !== undefined && instance.state !== "quarantined") {
      throw new CommandFailure(
        `Nothing was changed: ${other}. Add it with \`vigil instance add\` if it is to be pulled as well.`,
      );
    }
    const healed = other === undefined && instance.state === "quarantined";
    await store.instances.update(instance.name, {
      ...target,
      ...(asked ? { key } : {}),
      ...(healed ? { state: "active" as const, state_reason: null } : {}),
    });
    await remember(store, instance.name, hello);
    context.wake?.(instance.name);
    await terminal.out(reportHello(instance.name, hello, client.transport, painter(terminal.shape.color)));
    if (healed) await terminal.out(`It is the database that ${instance.name} was: its quarantine is over.\n`);
    return EXIT.success;
  } finally {
    await client.close();
  }
};
