import type { Database } from "../../store/database.ts";
import { readHeads } from "../../store/event-rows.ts";

type Heads = ReadonlyMap<string, number>;
type Listener = (heads: Heads) => void;

/** Another process may store events too: what nobody tells us of is seen after this long. */
const LOOK_MS = 500;

/** Tells every stream how far the instances have come: one small question for all of them, and none while nobody listens. */
export class Hub {
  readonly #database: Database;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Calls back with the heads soon, and whenever there may be news; answers how to stop that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.look();
    return () => void this.#listeners.delete(listener);
  }

  /** Something was stored: look now instead of at the next turn. */
  look(): void {
    if (this.#listeners.size === 0) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = true;
    readHeads(this.#database)
      .then(
        (heads) => {
          for (const listener of this.#listeners) listener(heads);
        },
        () => undefined, // the store is away: /readyz and the poller say so; the next look tries again
      )
      .finally(() => {
        this.#looking = false;
        const wait = this.#again ? 0 : LOOK_MS;
        this.#again = false;
        this.#timer = setTimeout(() => this.look(), wait).unref();
      });
  }
}

const hubs = new WeakMap<Database, Hub>();

/** The hub of a store. */
export function hubOf({ database }: { database: Database }): Hub {
  const hub = hubs.get(database) ?? new Hub(database);
  hubs.set(database, hub);
  return hub;
}
