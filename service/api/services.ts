import type { FastifyRequest } from "fastify";
import type { BridgeClient } from "../../odoo_addon_client/index.ts";
import type { Accounts } from "../accounts/context.ts";
import type { Principal } from "../accounts/principal.ts";
import type { Places } from "../places/index.ts";
import type { Settings } from "../settings/list.ts";
import type { Instance, Store } from "../store/types.ts";

/** The part of the service's log that the API writes to. */
export interface ApiLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Who sends this request; undefined: nobody known. Throws a Problem for what is wrong with what was sent. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | undefined>;

/** What the routes work with. Everything from outside comes in here. */
export interface ApiServices {
  /** of the default organisation; routes get one of the principal's */
  store: Store;
  settings: Settings;
  log: ApiLog;
  version: string;
  authenticate: Authenticate;
  /** people, roles, sign-in: for the routes of those nouns */
  accounts: Accounts;
  /** a client of the Odoo of this instance */
  connect(target: Pick<Instance, "url" | "db" | "login" | "insecure">, key: string): Promise<BridgeClient>;
  /** where addresses are; opened at the first question when absent */
  places?: Places | undefined;
  /** told of a new task; absent where none are run */
  tasks?: { wake(): void } | undefined;
  /** how long a reader of an export may take nothing; default a minute */
  slowestReaderMs?: number | undefined;
  /** tells the poller about a new or changed instance; absent where none runs */
  wake?: ((instance: string) => void) | undefined;
}
