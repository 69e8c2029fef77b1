import { resolve } from "node:path";
import { parseTrustedProxies, type TrustedProxies, TrustedProxiesError } from "../places/client-address.ts";

/** How a setting's text is read: `parse` answers the value, or throws a `Misread` that says what was expected. */
export interface Kind<T> {
  /** for people: "a port, 1 to 65535" */
  expects: string;
  parse(text: string): T;
}

/** The text is not what the kind expects. Carries no value: it may be a secret. */
export class Misread extends Error {}

function kind<T>(expects: string, parse: (text: string) => T | undefined): Kind<T> {
  return {
    expects,
    parse(text) {
      const value = parse(text);
      if (value === undefined) throw new Misread(expects);
      return value;
    },
  };
}

function urlWith(...protocols: string[]): (text: string) => string | undefined {
  return (text) => (URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined);
}

function integer(minimum: number, maximum: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= minimum && value <= maximum ? value : undefined;
  };
}

/** The store derives its keys from the text (HKDF), so any long random text does; shorter ones can be guessed. */
function secretText(text: string): string | undefined {
  return text.trim().length >= 16 ? text.trim() : undefined;
}

function trustedProxies(text: string): TrustedProxies | undefined {
  try {
    return parseTrustedProxies(text);
  } catch (error) {
    if (error instanceof TrustedProxiesError) return undefined;
    throw error;
  }
}

export const kinds = {
  text: kind("a text", (text) => text),
  postgresUrl: kind("an address like postgresql://user:password@host:5432/vigil", urlWith("postgres:", "postgresql:")),
  httpUrl: kind("an address that starts with https:// or http://", urlWith("https:", "http:")),
  folder: kind("a folder", (text) => resolve(text)),
  file: kind("a file's path", (text) => resolve(text)),
  host: kind("a host name or an IP address, without a port", (text) =>
    /^[\w.-]+$|^[0-9a-f:.]+$/i.test(text) ? text : undefined,
  ),
  count: kind("a whole number from 1", integer(1, 1_000_000_000)),
  port: kind("a port, 0 to 65535", integer(0, 65_535)),
  days: kind("days, 1 to 3660", integer(1, 3_660)),
  hour: kind("an hour, 0 to 23", integer(0, 23)),
  trustedProxies: kind(
    "addresses and networks of proxies, like `10.0.0.5, 192.168.0.0/16`, or the words `loopback` and `private`",
    trustedProxies,
  ),
  milliseconds: kind("milliseconds, 100 to 3600000", integer(100, 3_600_000)),
  key: kind("a random text of at least 16 characters, such as `openssl rand -hex 32` prints", secretText),
  flag: kind("1 or 0", (text) => ({ "1": true, true: true, "0": false, false: false })[text]),
  oneOf<const T extends string>(choices: readonly T[]): Kind<T> {
    return kind(`one of ${choices.join(", ")}`, (text) => choices.find((choice) => choice === text));
  },
};
