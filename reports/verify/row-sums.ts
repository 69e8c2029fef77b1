import { hash, randomBytes } from "node:crypto";
import { type Normal, normalDate } from "../proof/normal.ts";

const DRAWERS = 4096;
/** 32-bit words of a hash that are summed */
const WORDS = 4;

/**
 * Whether two sets of rows are the same, in whatever order, without keeping a row: each row's hash is added on one side
 * and subtracted on the other. The hash takes a key that is made anew each time: who forges a file cannot know it, so he
 * cannot search for rows whose hashes have the same sum.
 */
export class RowSums {
  readonly #key = randomBytes(16).toString("hex");
  readonly #sums = new Uint32Array(DRAWERS * WORDS);
  readonly #rows = new Uint32Array(DRAWERS);
  readonly #dates: boolean[];

  /** `dates`: which columns hold dates only; one whose look was changed by a person reads as a number */
  constructor(dates: boolean[]) {
    this.#dates = dates;
  }

  drawerOf(seq: number): number {
    return Math.abs(Math.trunc(seq)) % DRAWERS || 0;
  }

  add(seq: number, cells: readonly Normal[], sign: 1 | -1): void {
    let text = this.#key;
    for (let i = 0; i < this.#dates.length; i++) {
      const cell = cells[i] ?? "";
      text += `\u0001${this.#dates[i] && cell[0] === "n" ? normalDate(Number(cell.slice(1))) : cell}`;
    }
    const digest = hash("sha256", text, "buffer");
    const drawer = this.drawerOf(seq);
    this.#rows[drawer]!++;
    for (let word = 0; word < WORDS; word++) this.#sums[drawer * WORDS + word]! += sign * digest.readInt32LE(word * 4);
  }

  /** Drawers that are not the same on both sides, some at a time: with about so many rows. */
  *differing(rows: number): Generator<Set<number>> {
    let group = new Set<number>();
    let count = 0;
    for (let drawer = 0; drawer < DRAWERS; drawer++) {
      if (this.#sums.subarray(drawer * WORDS, (drawer + 1) * WORDS).every((sum) => sum === 0)) continue;
      group.add(drawer);
      count += this.#rows[drawer]!;
      if (count < rows) continue;
      yield group;
      group = new Set();
      count = 0;
    }
    if (group.size > 0) yield group;
  }
}
