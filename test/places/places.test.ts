import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  countrySpot,
  describeNetwork,
  describePlace,
  GeoFileError,
  leastDistanceKm,
  openPlaces,
  type Places,
} from "../../service/places/index.ts";
import { writeMmdb } from "./mmdb-writer.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-places-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("places with the data that comes with Vigil", () => {
  let places: Places;
  beforeAll(async () => {
    places = await openPlaces();
  });

  it("knows country and network of IPv4 and IPv6 addresses", () => {
    expect(places.place("8.8.8.8")).toMatchObject({ country_code: "US", country: "United States", asn: 15_169 });
    expect(places.place("2a00:1450:4001:81b::200e")).toMatchObject({ scope: "public", asn: 15_169 });
    expect(describeNetwork(places.place("8.8.8.8"))).toBe("AS15169 Google LLC");
  });

  it("takes an IPv4-mapped address for what it is, however it is written", () => {
    const plain = places.place("8.8.8.8");
    for (const text of ["::ffff:8.8.8.8", "::FFFF:808:808", "[::ffff:8.8.8.8]:443", " 8.8.8.8:1234 "]) {
      expect(places.place(text)).toEqual(plain);
    }
  });

  it("looks for no country where there is none", () => {
    expect(places.place("192.168.1.7")).toEqual({ ip: "192.168.1.7", scope: "private" });
    expect(places.place("fe80::1%eth0")).toEqual({ ip: "fe80::1", scope: "private" });
    expect(places.place("::1")).toEqual({ ip: "::1", scope: "loopback" });
    expect(places.place("2001:db8::5")).toEqual({ ip: "2001:db8::5", scope: "reserved" });
    expect(describePlace(places.place("10.0.0.1"))).toBe("private network");
  });

  it("says unknown to everything that is no address", () => {
    for (const odd of [
      undefined,
      null,
      "",
      7,
      {},
      "unknown",
      "1.2.3",
      "1.2.3.4.5",
      "::g",
      "x".repeat(10_000),
      "\u0000",
    ]) {
      expect(places.place(odd)).toEqual({ scope: "unknown" });
    }
    expect(describePlace(places.place("nowhere"))).toBe("unknown");
  });
});

describe("places with an operator's files", () => {
  it("reads MaxMind's nested records and the flat ones alike", async () => {
    const nested = {
      country: { iso_code: "DE", names: { en: "Germany" } },
      city: { names: { en: "Berlin" } },
      subdivisions: [{ iso_code: "BE", names: { en: "Land Berlin" } }],
      location: { latitude: 52.5, longitude: 13.4 },
    };
    const flat = { country_code: "DE", city: "Berlin", state1: "Land Berlin", latitude: 52.5, longitude: 13.4 };
    const asn = { autonomous_system_number: 3320, autonomous_system_organization: "Deutsche Telekom AG" };
    const asnFile = file("asn.mmdb", writeMmdb("GeoLite2-ASN", { "80.128.0.0/11": asn }));
    for (const [type, record] of Object.entries({ "GeoLite2-City": nested, "flat-City": flat })) {
      const cityFile = file(`${type}.mmdb`, writeMmdb(type, { "80.128.0.0/11": record }));
      const places = await openPlaces({ cityFile, asnFile });
      expect(places.place("80.130.1.2")).toEqual({
        ip: "80.130.1.2",
        scope: "public",
        country_code: "DE",
        country: "Germany",
        region: "Land Berlin",
        city: "Berlin",
        latitude: 52.5,
        longitude: 13.4,
        asn: 3320,
        as_name: "Deutsche Telekom AG",
      });
      expect(describePlace(places.place("80.130.1.2"))).toBe("Berlin, Germany");
      expect(places.place("9.9.9.9")).toEqual({ ip: "9.9.9.9", scope: "public" });
      expect(places.sources[0]).toBe(`${type} of 2026-05-28`);
    }
  });

  it("refuses a file that is none, with a sentence", async () => {
    const cityFile = file("broken.mmdb", Buffer.from("this is no database"));
    await expect(openPlaces({ cityFile })).rejects.toThrow(GeoFileError);
    await expect(openPlaces({ asnFile: join(folder, "missing.mmdb") })).rejects.toThrow(/check the path/);
  });

  it("works without any data", async () => {
    const places = await openPlaces({ packaged: false });
    expect(places.place("8.8.8.8")).toEqual({ ip: "8.8.8.8", scope: "public" });
    expect(places.sources).toEqual([]);
  });
});

describe("distances", () => {
  const spot = (code: string) => countrySpot(code)!;
  it("are what must at least lie between two countries", () => {
    expect(leastDistanceKm(spot("DE"), spot("FR"))).toBeLessThan(200);
    expect(leastDistanceKm(spot("DE"), spot("DE"))).toBe(0);
    expect(leastDistanceKm(spot("DE"), spot("AU"))).toBeGreaterThan(10_000);
    expect(leastDistanceKm(spot("JP"), spot("US"))).toBeGreaterThan(7_000);
    expect(leastDistanceKm(spot("NZ"), spot("CL"))).toBeGreaterThan(7_000);
  });
});
