import { openPlaces, parseDevice } from "../service/places/index.ts";

/* Logins enriched with device and place on one core: user agents and addresses of a large company, and of strangers. */

const BROWSERS = ["Chrome/131.0.0.0 Safari/537.36", "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Firefox/132.0"];
const SYSTEMS = ["Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7"];

export interface PlacesFigures {
  /** logins a minute of CPU time: 2,000 user agents and 20,000 addresses that come again */
  known_per_minute: number;
  /** each login with an address and a user agent never seen before: the caches help nothing */
  strangers_per_minute: number;
  /** reading the packaged data, once, milliseconds of CPU time */
  load_ms: number;
}

export async function benchPlaces(logins = 100_000): Promise<PlacesFigures> {
  const places = await openPlaces();
  const load_ms = cpuMs(() => [places.place("8.8.8.8"), places.place("2a00:1450:4001:81b::200e")]);
  const agent = (n: number, variety: number) =>
    `Mozilla/5.0 (${SYSTEMS[n % 3]}) AppleWebKit/537.36 (KHTML, like Gecko) ${BROWSERS[n % 2]} Build/${n % variety}`;
  // a multiplicative hash spreads the addresses over the whole space
  const address = (n: number, variety: number) => {
    const value = Math.imul(n % variety, 2_654_435_761) >>> 0;
    return n % 5 === 0
      ? `2a00:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}::1`
      : `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  };
  const enrich = (agents: number, addresses: number) => () => {
    for (let n = 0; n < logins; n++) {
      parseDevice(agent(n, agents));
      places.place(address(n, addresses));
    }
  };
  const perMinute = (ms: number) => Math.round((logins / ms) * 60_000);
  enrich(2_000, 20_000)();
  return {
    known_per_minute: perMinute(cpuMs(enrich(2_000, 20_000))),
    strangers_per_minute: perMinute(cpuMs(enrich(logins, logins))),
    load_ms: Math.round(load_ms),
  };
}

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchPlaces())}\n`);
