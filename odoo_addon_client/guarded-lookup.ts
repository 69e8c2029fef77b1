import { type LookupAddress, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

/** Says of an address whether it may be connected to. */
export type AllowAddress = (address: string) => boolean;

/** The address that was given leads where the service does not connect to. */
export class AddressRefused extends Error {
  readonly code = "VIGIL_ADDRESS_REFUSED";
}

/**
 * Resolves a name as the system does and hands out only what is allowed. The connection is made to what was looked at,
 * so a name that leads elsewhere at the next question (DNS rebinding) gains nothing.
 */
export function guardedLookup(allow: AllowAddress): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return callback(error, "", 0);
      const allowed = found.filter(({ address }) => allow(address));
      const [first] = allowed;
      if (first === undefined) return callback(new AddressRefused("refused"), "", 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** An address that is written as numbers is not looked up; throws AddressRefused. */
export function checkLiteral(url: URL, allow: AllowAddress): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !allow(host)) throw new AddressRefused("refused");
}
