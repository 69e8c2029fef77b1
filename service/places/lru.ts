/** A map that forgets what was not asked for the longest; a Map keeps insertion order, so the first key is the oldest. */
export class Lru<V> {
  readonly #most: number;
  readonly #values = new Map<string, V>();

  constructor(most: number) {
    this.#most = most;
  }
  get size(): number {
    return this.#values.size;
  }
  /** What is kept for `key`, else what `make` gives (and keeps). */
  get(key: string, make: (key: string) => V): V {
    const known = this.#values.get(key);
    if (known !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, known);
      return known;
    }
    const value = make(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }
}
