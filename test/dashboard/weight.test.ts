import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildDashboard } from "../../dashboard/build.ts";
import { FIRST_LOADS, filesOf, firstLoad, LIMIT_BYTES } from "./weigh.ts";

describe("the first load", () => {
  beforeAll(async () => {
    await buildDashboard();
  });

  it.each(FIRST_LOADS)("of %s weighs at most 200 kB, gzipped", (_name, chunks) => {
    expect(firstLoad(chunks)).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  it("keeps what only some pages need out of it", () => {
    const first = [...filesOf("index.html")];
    for (const later of ["chart-canvas", "qrcode", "trail-", "fr-"])
      expect(first.filter((file) => file.includes(later))).toEqual([]);
  });

  it("has nothing inline: the content security policy is `'self'`", () => {
    const html = readFileSync(join(import.meta.dirname, "../../dashboard/dist/index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });
});
