import { isEscaped, textElement } from "./text.ts";

/** Kept in memory until the end, so bounded: beyond it texts are written where they stand. */
const MOST = 1 << 14;
const LONGEST = 256;

/** Texts that come again and again (users, models, fields), written once. */
export class SharedStrings {
  readonly #indexes = new Map<string, number>();
  #uses = 0;

  /** Its number, or undefined when the table is full or the text too long. One with escapes always: some readers undo them only here. */
  index(text: string): number | undefined {
    const known = this.#indexes.get(text);
    if (known !== undefined) {
      this.#uses++;
      return known;
    }
    if ((this.#indexes.size >= MOST || text.length > LONGEST) && !isEscaped(text)) return undefined;
    this.#uses++;
    this.#indexes.set(text, this.#indexes.size);
    return this.#indexes.size - 1;
  }

  get size(): number {
    return this.#indexes.size;
  }

  *xml(): Generator<string> {
    yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="${this.#uses}" uniqueCount="${this.#indexes.size}">`;
    for (const text of this.#indexes.keys()) yield `<si>${textElement(text)}</si>`;
    yield "</sst>";
  }
}
