import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import Deserializer from "xmlrpc/lib/deserializer.js";
import { oneString } from "../../odoo_addon_client/transports/one-string.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const envelope = (value: string): string =>
  `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value>\n</param>\n</params>\n</methodResponse>\n`;
const byLibrary = (xml: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const source = Readable.from([xml], { objectMode: false });
    new Deserializer().deserializeMethodResponse(source, (error, value) => (error ? reject(error) : resolve(value)));
  });

it("reads one string as the library does, for any JSON text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: "grapheme" }), async (json) => {
      const xml = envelope(`<string>${escaped(json)}</string>`);
      expect(oneString(xml)).toBe(json);
      expect(await byLibrary(xml)).toBe(json);
    }),
    { numRuns: 200 },
  );
});

it("leaves everything else to the library", async () => {
  for (const [value, expected] of [
    ["<int>7</int>", 7],
    ["<boolean>0</boolean>", false],
    ["<string>a</string></value><value><string>b</string>", undefined],
    ["<i8>9007199254740993</i8>", "9007199254740993"],
  ] as const) {
    const xml = envelope(value);
    expect(oneString(xml)).toBeUndefined();
    if (expected !== undefined) expect(await byLibrary(xml)).toBe(expected);
  }
  expect(oneString(envelope("<string>cut").slice(0, 90))).toBeUndefined();
  expect(oneString(envelope("<string>&lt;&#233;&#x1F600;&amp;lt;</string>"))).toBe("<é😀&lt;");
});
