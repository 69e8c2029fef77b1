import { hash, verify } from "@node-rs/argon2";
import { AccountError } from "./errors.ts";

/** OWASP's first choice for argon2id: 19 MiB, two passes; 15 ms here, and the same for an attacker's every guess. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MIN = 12;
const MAX = 256;

export function hashPassword(password: string): Promise<string> {
  return hash(normal(password), COST);
}

let nobody: Promise<string> | undefined;

/** Takes as long where there is no hash: how long an answer takes does not tell whether the address is known. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword("the password of nobody");
  const right = await verify(stored ?? (await nobody), normal(password));
  return right && stored !== undefined;
}

/** NIST SP 800-63B: what two keyboards write differently is the same password. */
function normal(password: string): string {
  return password.normalize("NFKC");
}

/**
 * NIST SP 800-63B: long enough, none that everybody tries first, nothing of the person's own name or address; no rules
 * about which characters, no expiry. Throws AccountError with a sentence.
 */
export function checkPassword(password: string, person: { email: string; name: string }): void {
  const length = [...normal(password)].length;
  if (length < MIN)
    throw new AccountError(`A password has ${MIN} characters or more; a sentence of some words is best.`);
  if (length > MAX) throw new AccountError(`A password has at most ${MAX} characters.`);
  const plain = normal(password)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  if (isMonotonous(plain) || COMMON.some((word) => isMadeOf(plain, word)))
    throw new AccountError("This password is among the first that anybody tries; choose another.");
  const own = [person.email, person.email.split("@")[0]!, ...person.name.split(/\s+/)]
    .map((text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""))
    .filter((text) => text.length >= 4);
  if (own.some((text) => isMadeOf(plain, text)))
    throw new AccountError("This password is made of your own name or address; choose another.");
}

/** Words that lists of leaked passwords are made of, alone, repeated, or with digits around them. */
const COMMON = [
  "password", "passwort", "motdepasse", "contrasena", "letmein", "welcome", "iloveyou", "sunshine", "princess", "football",
  "baseball", "dragon", "monkey", "master", "superman", "batman", "trustno", "shadow", "qwerty", "qwertz", "azerty",
  "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsx", "qazwsxedc", "zaqxsw", "abc", "abcdef", "abcdefgh", "abcdefghijkl", "admin",
  "administrator", "changeme", "default", "secret", "starwars", "whatever", "hello", "freedom", "computer", "internet",
  "michael", "jordan", "charlie", "pokemon", "liverpool", "chelsea", "arsenal", "summer", "winter", "spring", "autumn", "vigil",
  "odoo", "test", "login", "user", "root", "guest", "demo", "correcthorsebatterystaple",
]; // biome-ignore format: a list of words

/** Nothing but the word, once or often, and digits; written with 0 for o and 5 for s or not. */
function isMadeOf(plain: string, word: string): boolean {
  const spelled = new RegExp(
    word.replace(/[oieast]/g, (letter) => LEET[letter]!),
    "g",
  );
  return spelled.test(plain) && plain.replace(spelled, "").replace(/\d/g, "") === "";
}

const LEET: Record<string, string> = { o: "[o0]", i: "[i1]", e: "[e3]", a: "[a4]", s: "[s5]", t: "[t7]" };

/** One or two characters only, a run of neighbours (123456789012), or a short piece repeated. */
function isMonotonous(plain: string): boolean {
  if (new Set(plain).size <= 2) return true;
  const codes = [...plain].map((c) => c.codePointAt(0)!);
  let steps = 0;
  for (let i = 1; i < codes.length; i++) if (Math.abs(codes[i]! - codes[i - 1]!) <= 1) steps++;
  if (steps >= codes.length - 3) return true;
  return /^(.{1,4})\1+.{0,3}$/u.test(plain);
}
