import { readFileSync } from "node:fs";
import type { Address } from "./address.ts";

const COMMA = 44;
const NEWLINE = 10;
const QUOTE = 34;
const ZERO = 48;

/**
 * Ranges of addresses with a label each, from a CSV `first,last,label[,more]` sorted by first, addresses as decimal
 * numbers (the packages `@ip-location-db/*`); rows whose label is the same have the same rest of the line. Typed arrays
 * and a binary search: 412,000 IPv4 ranges take 5 MB; the file itself is not kept.
 */
export interface RangeTable {
  readonly size: number;
  /** the line behind the two addresses; undefined where no range holds the address */
  find(address: Address): string | undefined;
}

/** Reads a file of IPv4 or of IPv6 ranges. Throws what `fs` throws. */
export function readRanges(file: string | URL, family: 4 | 6): RangeTable {
  const bytes = readFileSync(file);
  return family === 4 ? readRanges4(bytes) : readRanges6(bytes);
}

function readRanges4(bytes: Buffer): RangeTable {
  const most = countLines(bytes);
  const [firsts, lasts, labels] = [new Uint32Array(most), new Uint32Array(most), new Uint32Array(most)];
  const names = new Labels(bytes);
  let rows = 0;
  let at = 0;
  // Byte by byte and without an object a line: a string for each field took twice as long and 130 MB more.
  const number = (): number => {
    let value = 0;
    for (let byte = bytes[at++]!; byte !== COMMA && byte !== undefined; byte = bytes[at++]!)
      value = value * 10 + byte - ZERO;
    return value;
  };
  while (at < bytes.length) {
    firsts[rows] = number();
    lasts[rows] = number();
    labels[rows++] = names.read(at);
    at = names.end;
  }
  return {
    size: rows,
    find(address) {
      if (address.family !== 4) return undefined;
      const { value } = address;
      const above = countUpTo(rows, (i) => firsts[i]! <= value);
      return above > 0 && value <= lasts[above - 1]! ? names.list[labels[above - 1]!] : undefined;
    },
  };
}

function readRanges6(bytes: Buffer): RangeTable {
  const most = countLines(bytes);
  // two words a bound: high, low (a BigUint64Array keeps the lower 64 bits of what it is given)
  const [firsts, lasts] = [new BigUint64Array(2 * most), new BigUint64Array(2 * most)];
  const labels = new Uint32Array(most);
  const names = new Labels(bytes);
  let rows = 0;
  let at = 0;
  const bound = (into: BigUint64Array): void => {
    const comma = bytes.indexOf(COMMA, at);
    const value = BigInt(bytes.toString("latin1", at, comma));
    into[2 * rows] = value >> 64n;
    into[2 * rows + 1] = value;
    at = comma + 1;
  };
  while (at < bytes.length) {
    bound(firsts);
    bound(lasts);
    labels[rows++] = names.read(at);
    at = names.end;
  }
  return {
    size: rows,
    find(address) {
      if (address.family !== 6) return undefined;
      const { high, low } = address;
      const upTo = (words: BigUint64Array, i: number) =>
        words[2 * i]! < high || (words[2 * i] === high && words[2 * i + 1]! <= low);
      const above = countUpTo(rows, (i) => upTo(firsts, i));
      if (above === 0) return undefined;
      const [top, rest] = [lasts[2 * above - 2]!, lasts[2 * above - 1]!];
      return high < top || (high === top && low <= rest) ? names.list[labels[above - 1]!] : undefined;
    },
  };
}

/** How many of the first `rows`, for which `holds` is true before it is false, it holds for. */
function countUpTo(rows: number, holds: (row: number) => boolean): number {
  let from = 0;
  let to = rows;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** 412,000 ranges share 80,000 labels: each is made a text once, found again by its first field as a number. */
class Labels {
  readonly list: string[] = [];
  /** behind the line that was read last */
  end = 0;
  readonly #bytes: Buffer;
  readonly #numbers = new Map<number, number>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  read(start: number): number {
    const bytes = this.#bytes;
    let key = 0;
    let at = start;
    // "DE" or "13335": digits and letters in base 37, exact up to ten signs
    for (let byte = bytes[at]; byte !== undefined && byte > QUOTE && byte !== COMMA; byte = bytes[++at]) {
      key = key * 37 + (byte < 58 ? byte - ZERO + 1 : (byte & 31) + 10);
    }
    const stop = bytes.indexOf(NEWLINE, at);
    const end = stop < 0 ? bytes.length : stop;
    this.end = end + 1;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.list.push(bytes.toString("utf8", start, end).trimEnd()) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

function countLines(bytes: Buffer): number {
  let lines = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
