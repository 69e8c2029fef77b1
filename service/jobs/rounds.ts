import { AddonTooOldError, VigilClientError } from "../../odoo_addon_client/errors.ts";
import { runFindings } from "../findings/index.ts";
import type { Places } from "../places/index.ts";
import { pushPolicy, showPolicies } from "../policies/index.ts";
import { syncSessions } from "../sessions/index.ts";
import { AUDIT_INSTANCE } from "../store/audit-rows.ts";
import { LeaseError } from "../store/errors.ts";
import { dueFindings } from "../store/finding-rows.ts";
import { findAnyInstance } from "../store/instances.ts";
import {
  claimSync,
  countLive,
  dueSyncs,
  markChecked,
  planSync,
  type SyncRow,
  storeSyncFailure,
} from "../store/session-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { tendKey } from "./bridge-key.ts";
import { ClientPool, type FullClients } from "./client-pool.ts";
import type { Log } from "./log.ts";
import { sendNotices } from "./notices.ts";

/** While somebody works there, and while nobody does. */
const BUSY_MS = 30_000;
const QUIET_MS = 60_000;
/** An addon that knows no sessions is asked again after an upgrade may have been. */
const TOO_OLD_MS = 600_000;
const LONGEST_MS = 300_000;
/** A round that takes longer than this belongs to a process that died. */
const CLAIM_MS = 180_000;
const LOOK_AT_POLICY_MS = 600_000;
const LOOK_AT_KEY_MS = 6 * 3_600_000;
/** The old key lives on for so long after the new one is stored. */
const REVOKE_AFTER_MS = 300_000;
const AT_ONCE = 4;

export interface RoundsOptions {
  clients: FullClients;
  places: Places;
  log: Log;
  /** the instance's key changed: connections that hold the old one are to be made anew */
  wake(name: string): void;
}

/**
 * Asks every instance, each at its own pace, for what changed in its sessions, and while connected brings what waits:
 * policies, notices, the bridge's own key. An Odoo that is away costs nobody anything: what is known of it stays, marked
 * stale, and it is asked again after a growing pause. Several services share the rounds by the row in `session_sync`.
 */
export class Rounds {
  readonly #store: Store;
  readonly #options: RoundsOptions;
  readonly #pool: ClientPool;
  readonly #ending = new AbortController();

  constructor(store: Store, options: RoundsOptions) {
    this.#store = store;
    this.#options = options;
    this.#pool = new ClientPool(store, options.clients);
  }

  /** Every round that is due. Ends when all of them are done. */
  async run(): Promise<void> {
    const names = await dueSyncs(this.#store);
    const next = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined && !this.#ending.signal.aborted; name = names.shift()) {
        await this.#round(name);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** The rounds under way end after the page they are at; `close` comes when they have. */
  end(): void {
    this.#ending.abort();
  }
  async close(): Promise<void> {
    this.end();
    await this.#pool.close();
  }

  async #round(name: string): Promise<void> {
    const store = this.#store;
    const instance = await store.instances.get(name);
    const turn = await claimSync(store, instance.id, this.#in(CLAIM_MS));
    if (turn === undefined) return;
    try {
      const changed = await this.#pool.use(instance, async (client) => {
        const { sessions } = await syncSessions(store, instance.id, {
          client,
          places: this.#options.places,
          cursor: turn.cursor,
          signal: this.#ending.signal,
        });
        const look = this.#older(turn.policy_checked_at, LOOK_AT_POLICY_MS);
        if ((await pushPolicy(store, instance, client, { look })) !== "nothing") {
          await markChecked(store, instance.id, "policy");
        }
        await sendNotices(store, instance, client);
        return sessions;
      });
      await this.#tendKey(instance, turn);
      const busy = changed > 0 || (await countLive(store.database, instance.id)) > 0;
      await planSync(store, instance.id, this.#in(busy ? BUSY_MS : QUIET_MS));
    } catch (error) {
      if (!(error instanceof VigilClientError)) {
        await planSync(store, instance.id, this.#in(QUIET_MS));
        throw error;
      }
      const pause =
        error instanceof AddonTooOldError
          ? TOO_OLD_MS
          : Math.min(LONGEST_MS, BUSY_MS * 2 ** Math.min(turn.failures, 5));
      await storeSyncFailure(store, instance.id, error.message, this.#in(pause));
      this.#options.log.debug({ instance: name, error: error.message }, "round failed");
    }
  }

  async #tendKey(instance: Instance, turn: SyncRow): Promise<void> {
    if (!this.#older(turn.key_checked_at, LOOK_AT_KEY_MS)) return;
    const { clients, log, wake } = this.#options;
    const done = await this.#pool.use(instance, (client) =>
      tendKey(this.#store, instance, { client, connect: async (key) => clients(instance, key) }),
    );
    await markChecked(this.#store, instance.id, "key", done === "stored" ? LOOK_AT_KEY_MS - REVOKE_AFTER_MS : 0);
    if (done === "stored") wake(instance.name);
    if (done === "stored" || done === "revoked") log.info({ instance: instance.name, step: done }, "API key changed");
    if (done === "alarm") log.warn({ instance: instance.name }, "the API key cannot be changed by itself");
  }

  #in(milliseconds: number): Date {
    return new Date(this.#store.clock().getTime() + milliseconds);
  }
  #older(time: string | null, milliseconds: number): boolean {
    return time === null || this.#store.clock().getTime() - Date.parse(time) >= milliseconds;
  }
}

/** Shows the rules what was stored since the last look, of every instance. */
export async function lookForFindings(store: Store, places: Places, log: Log, signal?: AbortSignal): Promise<void> {
  for (const id of await dueFindings(store)) {
    if (signal?.aborted) return;
    try {
      const instance = await findAnyInstance(store, id);
      const found = await runFindings(store, instance, {
        places,
        signal,
        switches: noticeSwitches(store),
      });
      for (const { rule, severity, summary, seq } of found)
        log.info({ instance: instance.name, rule, severity, seq }, summary);
    } catch (error) {
      if (!(error instanceof LeaseError)) throw error; // another service found it: nothing is left to do
    }
  }
}

/** Notices are sent unless the policy of the instance (in force there, else wanted) switches them off. */
function noticeSwitches(store: Store) {
  return async (instance: Instance) => {
    // no Odoo stands behind the own log, to which a notice could be sent
    if (instance.name === AUDIT_INSTANCE) return { expired: false, new_location: false };
    const [shown] = await showPolicies(store, instance.id);
    const { expired = true, new_location = true } = (shown?.in_force?.policy ?? shown?.desired?.policy)?.notices ?? {};
    return { expired, new_location };
  };
}
