import { SEGMENT_EVENTS, sealInstance } from "../chain/seal.ts";
import type { Instance, Store } from "../store/types.ts";

/**
 * Seals whole segments of a backlog while pulling goes on, one at a time. A chain that does not hold ends the pull: what
 * is wrong is told by the next `stored` or `done`. It used to be sealed between two pages, which doubled their time.
 */
export class SealBehind {
  readonly #store: Store;
  readonly #instance: Instance;
  #running: Promise<void> | undefined;
  #failure: unknown;
  /** how many events were stored when the last sealing began */
  #begun = 0;

  constructor(store: Store, instance: Instance) {
    this.#store = store;
    this.#instance = instance;
  }

  /** To be called when a page is stored, with the count of this pull. */
  stored(events: number): void {
    this.#throwFailure();
    if (this.#running !== undefined || events - this.#begun < SEGMENT_EVENTS) return;
    this.#begun = events;
    this.#running = sealInstance(this.#store, this.#instance, { wholeOnly: true })
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failure = error;
        },
      )
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for the sealing under way. */
  async done(): Promise<void> {
    await this.#running;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
