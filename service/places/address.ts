import { isIPv4, isIPv6 } from "node:net";

/** An address as numbers. An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`, as dual-stack sockets show it) is IPv4. */
export type Address = { family: 4; value: number } | { family: 6; high: bigint; low: bigint };

/** Network and length: `10.0.0.0/8`; an address alone is a network of one. */
export interface Network {
  base: Address;
  bits: number;
}

const MAPPED_HIGH = 0n;
const MAPPED_PREFIX = 0xffffn;
const LOW_64 = (1n << 64n) - 1n;

/**
 * Reads an address as proxies and logs write it: `1.2.3.4`, `1.2.3.4:5678`, `::1`, `[::1]:443`, `fe80::1%eth0`.
 * Undefined for everything else: a name, a number, an empty text, 10 kB of rubbish.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 64) return undefined;
  const bare = withoutPort(text.trim());
  if (isIPv4(bare)) return { family: 4, value: ipv4Number(bare) };
  const zone = bare.indexOf("%");
  const plain = zone < 0 ? bare : bare.slice(0, zone);
  if (!isIPv6(plain)) return undefined;
  const { high, low } = ipv6Numbers(plain);
  if (high === MAPPED_HIGH && low >> 32n === MAPPED_PREFIX) return { family: 4, value: Number(low & 0xffffffffn) };
  return { family: 6, high, low };
}

/** The canonical text: IPv4 dotted, IPv6 compressed and in small letters (RFC 5952). */
export function formatAddress(address: Address): string {
  if (address.family === 4) {
    const { value } = address;
    return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  }
  const hex = address.high.toString(16).padStart(16, "0") + address.low.toString(16).padStart(16, "0");
  // The URL parser of the platform compresses as RFC 5952 says; IPv4-mapped forms cannot come here.
  return new URL(`http://[${hex.match(/.{4}/g)!.join(":")}]`).hostname.slice(1, -1);
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or an address alone. Undefined for what is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address, length, ...more] = text.trim().split("/");
  // parseAddress takes a port off; a network has none
  const plain = more.length === 0 && !/^\[|^[\d.]+:\d+$/.test(address!);
  const base = plain ? parseAddress(address!) : undefined;
  if (base === undefined) return undefined;
  const whole = base.family === 4 ? 32 : 128;
  if (length === undefined) return { base, bits: whole };
  // "::ffff:10.0.0.0/104" names an IPv4 network by its mapped length
  const mapped = base.family === 4 && address!.includes(":");
  const bits = /^\d{1,3}$/.test(length) ? Number(length) - (mapped ? 96 : 0) : -1;
  return bits >= 0 && bits <= whole ? { base, bits } : undefined;
}

export function contains({ base, bits }: Network, address: Address): boolean {
  if (base.family === 4) {
    if (address.family !== 4) return false;
    const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
    return (base.value & mask) >>> 0 === (address.value & mask) >>> 0;
  }
  if (address.family !== 6) return false;
  const high = mask64(Math.min(bits, 64));
  const low = mask64(Math.max(bits - 64, 0));
  return (base.high & high) === (address.high & high) && (base.low & low) === (address.low & low);
}

function mask64(bits: number): bigint {
  return (LOW_64 << BigInt(64 - bits)) & LOW_64;
}

/** Where an address may be: only a public one lies in a country. */
export type Scope = "public" | "private" | "loopback" | "reserved";

const networks = (...texts: string[]): Network[] => texts.map((text) => parseNetwork(text)!);
const LOOPBACK = networks("127.0.0.0/8", "::1/128");
/** RFC 1918, shared (carrier) space, link-local, unique local. */
const PRIVATE = networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16").concat(
  networks("fc00::/7", "fe80::/10"),
);
const RESERVED = networks("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24").concat(
  networks("203.0.113.0/24", "224.0.0.0/3", "::/128", "2001:db8::/32", "ff00::/8"),
);

export function scopeOf(address: Address): Scope {
  const within = (list: Network[]) => list.some((network) => contains(network, address));
  if (within(LOOPBACK)) return "loopback";
  if (within(PRIVATE)) return "private";
  return within(RESERVED) ? "reserved" : "public";
}

function withoutPort(text: string): string {
  if (text.startsWith("[")) return /^\[([^\]]*)\](:\d{1,5})?$/.exec(text)?.[1] ?? "";
  return /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}

function ipv4Number(text: string): number {
  const [a, b, c, d] = text.split(".").map(Number) as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** `text` is known to be valid. */
function ipv6Numbers(text: string): { high: bigint; low: bigint } {
  let groups = text;
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (dotted !== undefined) {
    const value = ipv4Number(dotted);
    groups = `${text.slice(0, -dotted.length)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
  }
  const [before, after] = groups.split("::") as [string, string | undefined];
  const left = before === "" ? [] : before.split(":");
  const right = after === undefined || after === "" ? [] : after.split(":");
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  const hex = all.map((group) => group.padStart(4, "0")).join("");
  return { high: BigInt(`0x${hex.slice(0, 16)}`), low: BigInt(`0x${hex.slice(16)}`) };
}
