import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, formatAddress, parseAddress, parseNetwork } from "../../service/places/address.ts";
import { clientAddress, parseTrustedProxies, TrustedProxiesError } from "../../service/places/index.ts";

const ours = parseTrustedProxies("10.0.0.0/8, 2001:db8:1::/48 loopback");
const ipv6 = fc.ipV6().filter((text) => !/^::(ffff:)?(\d+\.|[0-9a-f]{0,4}:?[0-9a-f]{0,4}$)/i.test(text));

describe("the address behind the proxies", () => {
  it("believes nobody when no proxy is named", () => {
    expect(clientAddress("203.0.113.9", "1.1.1.1", [])).toBe("203.0.113.9");
    expect(clientAddress("127.0.0.1", "1.1.1.1", parseTrustedProxies(""))).toBe("127.0.0.1");
  });

  it("is the last that a trusted proxy saw, through any number of them", () => {
    expect(clientAddress("10.0.0.1", "203.0.113.9", ours)).toBe("203.0.113.9");
    expect(clientAddress("::ffff:10.0.0.1", "203.0.113.9, 10.2.2.2", ours)).toBe("203.0.113.9");
    expect(clientAddress("127.0.0.1", ["203.0.113.9:5511", "[2001:db8:1::7]:443"], ours)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", undefined, ours)).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "10.0.0.2", ours)).toBe("10.0.0.2");
  });

  it("stops at what is no address", () => {
    for (const rubbish of ["unknown", "", "203.0.113.9, ", "evil\r\nX: y", ",".repeat(10_000), "a".repeat(100_000)]) {
      expect(clientAddress("10.0.0.1", rubbish, ours)).toBe("10.0.0.1");
    }
  });

  it("whatever a client writes into the header, it never hides the address a trusted proxy saw", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (lies) => {
        const header = [...lies, "203.0.113.9"].join(", ");
        expect(clientAddress("10.0.0.1", header, ours)).toBe("203.0.113.9");
      }),
    );
  });

  it("whatever an untrusted peer sends, it is that peer", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(clientAddress("198.51.100.1", header, ours)).toBe("198.51.100.1");
      }),
    );
  });

  it("a list with an error is refused, and so is a network of everybody", () => {
    for (const wrong of [
      "proxy.example.com",
      "10.0.0.0/33",
      "10.0.0.1:80",
      "::/129",
      "1.2.3",
      "0.0.0.0/0",
      "::/0",
      "a/b/c",
    ]) {
      expect(() => parseTrustedProxies(wrong), wrong).toThrow(TrustedProxiesError);
    }
  });
});

describe("addresses", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), ipv6), (text) => {
        const address = parseAddress(text)!;
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it("lie in their own networks of every length, and in no other family's", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (text, bits) => {
        const network = parseNetwork(`${text}/${bits}`)!;
        expect(contains(network, parseAddress(text)!)).toBe(true);
        expect(contains(network, parseAddress("2001:db8::1")!)).toBe(false);
        if (bits > 0) {
          const other = parseAddress(text)! as { family: 4; value: number };
          const flipped = { family: 4 as const, value: (other.value ^ (1 << (32 - bits))) >>> 0 };
          expect(contains(network, flipped)).toBe(false);
        }
      }),
    );
    fc.assert(
      fc.property(ipv6, fc.integer({ min: 0, max: 128 }), (text, bits) => {
        expect(contains(parseNetwork(`${text}/${bits}`)!, parseAddress(text)!)).toBe(true);
      }),
    );
    expect(contains(parseNetwork("::ffff:10.0.0.0/104")!, parseAddress("10.9.9.9")!)).toBe(true);
  });
});
