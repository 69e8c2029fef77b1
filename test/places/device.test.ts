import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeDevice, deviceFingerprint, parseDevice } from "../../service/places/index.ts";
import { Lru } from "../../service/places/lru.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const IPAD =
  "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

describe("devices", () => {
  it("are told by browser, system and kind", () => {
    expect(parseDevice(CHROME)).toEqual({
      browser: "Chrome",
      browser_version: "131.0.0.0",
      os: "Windows",
      os_version: "10",
      device_type: "desktop",
    });
    expect(parseDevice(FIREFOX)).toMatchObject({ browser: "Firefox", os: "Linux", device_type: "desktop" });
    expect(parseDevice(IPHONE)).toMatchObject({ os: "iOS", os_version: "18.1", device_type: "mobile" });
    expect(parseDevice(IPAD)).toMatchObject({ os: "iOS", device_type: "tablet" });
    expect(parseDevice("python-requests/2.31.0")).toMatchObject({
      browser: "python-requests",
      browser_version: "2.31.0",
      device_type: "script",
    });
    expect(parseDevice("Mozilla/5.0 (compatible; Googlebot/2.1)").device_type).toBe("bot");
  });

  it("are described for people", () => {
    expect(describeDevice(parseDevice(CHROME))).toBe("Chrome 131 on Windows 10");
    expect(describeDevice(parseDevice("curl/8.1.2"))).toBe("curl 8 (script)");
    expect(describeDevice(parseDevice(""))).toBe("unknown device");
  });

  it("stay the same device when the browser updates itself", () => {
    const updated = parseDevice(CHROME.replace("131", "132"));
    expect(deviceFingerprint(updated)).toBe(deviceFingerprint(parseDevice(CHROME)));
    expect(deviceFingerprint(parseDevice(FIREFOX))).not.toBe(deviceFingerprint(updated));
  });

  it("take whatever is sent for a user agent", () => {
    for (const odd of [
      undefined,
      null,
      7,
      {},
      [],
      "",
      " ",
      "\u0000\u0001",
      "\u202e",
      "a".repeat(10_000),
      "(".repeat(10_000),
    ]) {
      const device = parseDevice(odd);
      expect(Object.keys(device)).toEqual(["browser", "browser_version", "os", "os_version", "device_type"]);
      expect(device.browser.length).toBeLessThanOrEqual(40);
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
        expect(typeof parseDevice(text).device_type).toBe("string");
      }),
    );
  });
});

describe("what is remembered", () => {
  it("never grows beyond its limit, and forgets what was not asked for the longest", () => {
    const lru = new Lru<string>(3);
    for (const key of ["a", "b", "c", "a", "d"]) lru.get(key, (k) => k.toUpperCase());
    expect(lru.size).toBe(3);
    expect(lru.get("a", () => "made anew")).toBe("A");
    expect(lru.get("b", () => "made anew")).toBe("made anew");
  });
});
