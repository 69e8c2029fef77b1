import { type Address, contains, formatAddress, type Network, parseAddress, parseNetwork } from "./address.ts";

/** Networks whose `X-Forwarded-For` is believed. */
export type TrustedProxies = readonly Network[];

const NAMES: Record<string, string[]> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** The list is wrong: the message names the entry and what was expected. */
export class TrustedProxiesError extends Error {
  override name = "TrustedProxiesError";
}

/**
 * Reads a list like `10.0.0.5, 192.168.0.0/16, 2001:db8::/32, loopback, private`. Empty: nobody is believed.
 * Throws TrustedProxiesError. A network of length 0 is refused: it would believe everybody.
 */
export function parseTrustedProxies(text: string): TrustedProxies {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .flatMap((entry) => {
      const network = NAMES[entry.toLowerCase()]?.map((name) => parseNetwork(name)!) ?? parseNetwork(entry);
      if (network === undefined) {
        throw new TrustedProxiesError(
          `"${entry.slice(0, 60)}" is no address or network: give entries like 10.0.0.5, 192.168.0.0/16, loopback or private.`,
        );
      }
      if (!Array.isArray(network) && network.bits === 0) {
        throw new TrustedProxiesError(`"${entry}" would believe every address: name the proxies' own networks.`);
      }
      return network;
    });
}

/** More entries than this were put there by somebody who wants to be believed. */
const MOST_HOPS = 50;

/**
 * The address a request really came from. `X-Forwarded-For` is a list to which every proxy appends whom it saw: it is
 * read from its END, as long as the one who appended is a trusted proxy. What a client wrote into it himself stands
 * further left than the first address that is not ours, and is never reached.
 *
 * @param remote the TCP connection's other end
 * @param forwardedFor the header, as one text or as several (in order)
 * @returns canonical text; the remote's own text when it is no IP address (a Unix socket)
 */
export function clientAddress(
  remote: string,
  forwardedFor: string | readonly string[] | undefined,
  trusted: TrustedProxies,
): string {
  let believed = parseAddress(remote);
  if (believed === undefined) return remote;
  const hops = typeof forwardedFor === "string" ? forwardedFor : (forwardedFor ?? []).join(",");
  const entries = hops.slice(-MOST_HOPS * 64).split(",");
  for (let i = entries.length - 1, hop = 0; i >= 0 && hop < MOST_HOPS; i--, hop++) {
    if (!isTrusted(believed, trusted)) break;
    const next = parseAddress(entries[i]!);
    if (next === undefined) break; // "unknown", rubbish, nothing: the proxy that wrote it is the last we know
    believed = next;
  }
  return formatAddress(believed);
}

export function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some((network) => contains(network, address));
}
