import { sequenceAudit } from "../audit/index.ts";
import { callControl } from "../control/call.ts";
import type { Invocation } from "../control/message.ts";
import { controlPath } from "../control/path.ts";
import type { Terminal } from "../control/terminal.ts";
import type { Settings } from "../settings/list.ts";
import { listOrganisations } from "../store/accounts/organisations.ts";
import { StoreLockedError } from "../store/index.ts";
import { scopeStore } from "../store/scope.ts";
import type { Store } from "../store/types.ts";
import { runAudited } from "./audited.ts";
import type { Context } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { CommandFailure, EXIT, usage } from "./failure.ts";
import { connectTo } from "./odoo.ts";
import { openStoreFor } from "./open-store.ts";
import { printable } from "./output/style.ts";
import { VERSION } from "./version.ts";

/** Not inside a running service: it holds the old secret in memory and would go on with it. */
const ALONE = new Set(["key rotate"]);

/**
 * Runs one command. On the embedded store a running service holds the folder, so it is asked first over its control
 * socket; only where nobody listens is the store opened here. On PostgreSQL both work side by side.
 */
export async function execute(
  invocation: Invocation,
  options: { settings: Settings; terminal: Terminal },
): Promise<number> {
  const { settings, terminal } = options;
  if (!settings.databaseUrl && !ALONE.has(invocation.command)) {
    const answer = await callControl({ path: controlPath(settings.dataDir), version: VERSION, invocation, terminal });
    if (answer?.sentence !== undefined) throw new CommandFailure(answer.sentence, answer.exit as 1 | 2 | 3);
    if (answer) return answer.exit;
  }
  const store = await openStoreFor(settings, { create: invocation.command === "instance add" }).catch(
    (error: unknown) => {
      if (!(error instanceof StoreLockedError)) throw error;
      // Whoever holds the lock does not answer yet, or no more: a service that starts or stops, or another command.
      throw new CommandFailure(
        ALONE.has(invocation.command)
          ? `Process ${error.pid} is using the store in ${settings.dataDir}; stop that service first.`
          : `Process ${error.pid} is using the store in ${settings.dataDir} just now; try again in a moment.`,
        EXIT.unreachable,
        { cause: error },
      );
    },
  );
  try {
    return await runCommand(invocation, { terminal, settings, store });
  } finally {
    // no sequencer runs here: what this command did is chained before it ends, or by the next one that may
    await sequenceAudit(store).catch(() => undefined);
    await store.close();
  }
}

/** Runs a command on an open store: also what the service does with what arrives on its control socket. */
export async function runCommand(
  invocation: Invocation,
  options: Pick<Context, "terminal" | "settings" | "store"> & { wake?: (instance: string) => void },
): Promise<number> {
  const command = Object.hasOwn(COMMANDS, invocation.command) ? COMMANDS[invocation.command] : undefined;
  if (!command)
    throw new CommandFailure(`There is no command "${invocation.command}"; see \`vigil --help\`.`, EXIT.usage);
  const context = {
    now: () => new Date(),
    connect: (target: Parameters<Context["connect"]>[0], key: string) => connectTo(options.settings, target, key),
    ...options,
    store: await storeOf(options.store, invocation.options.organisation),
  };
  return runAudited(invocation.command, command, context, invocation);
}

/** The store as the organisation sees it that `--organisation` names. */
async function storeOf(store: Store, wanted: unknown): Promise<Store> {
  if (typeof wanted !== "string") return store;
  const organisations = await listOrganisations(store.database);
  const found = organisations.find(({ id, name }) => id === wanted || name === wanted);
  if (found === undefined) {
    const names = organisations.map(({ name }) => `"${name}"`).join(", ");
    throw usage(`There is no organisation "${printable(wanted)}": there are ${printable(names)}.`);
  }
  return scopeStore(store, found.id);
}
