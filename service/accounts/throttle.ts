import { blockUntil, countAttempt, forgetAttempts, readBlock, takeBackAttempt } from "../store/accounts/throttle.ts";
import type { Database } from "../store/database.ts";
import { digestOf } from "./tokens.ts";

/*
 * Slowing down who guesses, without locking out who is guessed at. What is blocked is never an account, always an
 * account AS SEEN FROM one address; a browser that signed in before has a counter of its own, so that its person gets
 * in with the right password whatever others do, from whatever address.
 */

interface Limit {
  /** failures in a row that cost nothing */
  free: number;
  longest_s: number;
}

const PAIR: Limit = { free: 5, longest_s: 900 };
/** an office behind one address has many people who mistype */
const ADDRESS: Limit = { free: 30, longest_s: 60 };
const DEVICE: Limit = { free: 10, longest_s: 900 };

export interface Attempt {
  keys: [key: string, limit: Limit][];
}

export interface Blocked {
  retry_after_s: number;
  /** nobody was told of this block yet: worth one entry of the log */
  first: boolean;
}

/** Which counters an attempt falls under. `known`: the digest of the browser's cookie, if it is one of that person's. */
export function attemptOf(email: string, ip: string | undefined, known: Buffer | undefined): Attempt {
  const account = digestOf(email).toString("base64url");
  if (known !== undefined) return { keys: [[`device/${account}/${known.toString("base64url")}`, DEVICE]] };
  const address = network(ip);
  return {
    keys: [
      [`pair/${account}/${address}`, PAIR],
      [`address/${address}`, ADDRESS],
    ],
  };
}

/** Counts it before it is judged. Answers how long to wait where one of its counters is blocked. */
export async function begin(database: Database, attempt: Attempt, now: Date): Promise<Blocked | undefined> {
  return database.transaction(async (tx) => {
    for (const [key, { free, longest_s }] of attempt.keys) {
      const failures = await countAttempt(tx, key, now);
      if (failures === undefined) {
        const block = await readBlock(tx, key);
        const until = block === undefined ? now.getTime() : Date.parse(block.blocked_until);
        return { retry_after_s: (until - now.getTime()) / 1000, first: block?.first ?? false };
      }
      // 1, 2, 4, … seconds from the last free failure on
      const delay_s = failures < free ? 0 : Math.min(longest_s, 2 ** (failures - free));
      if (delay_s > 0) await blockUntil(tx, key, new Date(now.getTime() + delay_s * 1000));
    }
    return undefined;
  });
}

/** It succeeded: the pair begins anew; the address keeps what else failed from there. */
export async function succeed(database: Database, attempt: Attempt, now: Date): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [key, limit] of attempt.keys) {
      if (limit === ADDRESS) await takeBackAttempt(tx, key, now);
      else await forgetAttempts(tx, key);
    }
  });
}

/** It was neither right nor wrong (the second factor is due): as if it had not been. */
export async function undo(database: Database, attempt: Attempt, now: Date): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [key] of attempt.keys) await takeBackAttempt(tx, key, now);
  });
}

/** An IPv6 host has a whole /64 to ask from. */
export function network(ip: string | undefined): string {
  if (ip === undefined) return "unknown";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !ip.includes(":")) return mapped ?? ip;
  const [head = "", tail] = ip.toLowerCase().split("%")[0]!.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
