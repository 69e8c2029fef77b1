import { type Address, contains, parseAddress, parseNetwork, scopeOf } from "./address.ts";

/*
 * Where the service connects to when a person gives the address of an Odoo. Without it whoever may connect an instance
 * could ask a cloud's metadata service for the machine's own keys.
 */

/** `private`: the own network and this machine too; `public`: neither. */
export type Reach = "private" | "public";

/** Link-local holds AWS', Azure's, Google's metadata; the others are AWS over IPv6, Alibaba, Oracle and Azure's agent. */
const NEVER = [
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::254",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  "0.0.0.0/8",
  "::/128",
  "224.0.0.0/3",
  "ff00::/8",
].map((text) => parseNetwork(text)!);
/** IPv6 that carries an IPv4 address to a translator: NAT64 in the last 32 bits, 6to4 behind its first 16. */
const NAT64 = ["64:ff9b::/96", "64:ff9b:1::/48"].map((text) => parseNetwork(text)!);
const SIX_TO_FOUR = parseNetwork("2002::/16")!;

/** Whether the service may connect to this address. What is none may not. */
export function mayReach(text: string, reach: Reach): boolean {
  const given = parseAddress(text);
  if (given === undefined) return false;
  return [given, ...carried(given)].every((address) => {
    if (NEVER.some((network) => contains(network, address))) return false;
    const scope = scopeOf(address);
    return scope === "public" || (reach === "private" && scope !== "reserved") || isTranslator(address);
  });
}

const isTranslator = (address: Address): boolean => NAT64.some((network) => contains(network, address));

function carried(address: Address): Address[] {
  if (address.family === 4) return [];
  if (isTranslator(address)) return [{ family: 4, value: Number(address.low & 0xffffffffn) }];
  if (contains(SIX_TO_FOUR, address)) return [{ family: 4, value: Number((address.high >> 16n) & 0xffffffffn) }];
  // "::10.0.0.1", deprecated and still understood by some systems
  if (address.high === 0n && address.low >> 32n === 0n && address.low > 1n)
    return [{ family: 4, value: Number(address.low) }];
  return [];
}
