import type { Invocation } from "../control/message.ts";
import type { Terminal } from "../control/terminal.ts";
import type { Settings } from "../settings/list.ts";
import type { Instance, Store } from "../store/types.ts";
import type { Exit } from "./failure.ts";
import type { OdooClient } from "./odoo.ts";

/** What a command works with. Everything from outside comes in here, so that tests bring their own. */
export interface Context {
  terminal: Terminal;
  settings: Settings;
  store: Store;
  now(): Date;
  /** a client of the Odoo of this instance */
  connect(target: Pick<Instance, "url" | "db" | "login" | "insecure">, key: string): Promise<OdooClient>;
  /** tells the running service's poller about a new or changed instance; absent outside the service */
  wake?(instance: string): void;
}

/**
 * A command: writes to `context.terminal`, answers the exit status, throws `CommandFailure` (or an error that
 * `explain` knows) for everything else. It may run in the CLI's process or inside the running service, so it reads
 * neither `process.argv` nor the environment, and resolves no relative path.
 */
export type Command = (context: Context, call: Pick<Invocation, "arguments" | "options">) => Promise<Exit>;
