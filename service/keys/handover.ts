import type { KeyObject } from "node:crypto";
import { signWith, verifyWith } from "./signing.ts";

/**
 * A signing key is followed by another: both sign that it is so. The old one's signature leads those who know it (Odoo)
 * to the new one; the new one's makes what the old one signed count for those who only know the new one.
 */
export interface Handover {
  /** public keys, hex */
  from: string;
  to: string;
  /** of the text, by `from` and by `to`, hex */
  given: string;
  taken: string;
}

const text = (from: string, to: string): Buffer => Buffer.from(`vigil/1K${from}/${to}`);

export function handOver(
  from: { publicKey: string; sign(message: Uint8Array): string },
  to: { publicKey: string; privateKey: KeyObject },
): Handover {
  const message = text(from.publicKey, to.publicKey);
  return {
    from: from.publicKey,
    to: to.publicKey,
    given: from.sign(message),
    taken: signWith(to.privateKey, message),
  };
}

export function isHandover({ from, to, given, taken }: Handover): boolean {
  const message = text(from, to);
  return verifyWith(from, message, given) && verifyWith(to, message, taken);
}

/**
 * The keys that who trusts `key` may trust: its successors, and its predecessors. Never a predecessor's other
 * successors: whoever stole the old key could have made those.
 */
export function trustedWith(key: string, handovers: readonly Handover[]): Set<string> {
  const links = handovers.filter(isHandover);
  const trusted = new Set([key]);
  for (const [here, there] of [
    ["from", "to"],
    ["to", "from"],
  ] as const) {
    const reached = new Set([key]);
    for (const one of reached) for (const link of links) if (link[here] === one) reached.add(link[there]);
    for (const one of reached) trusted.add(one);
  }
  return trusted;
}
