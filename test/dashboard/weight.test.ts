import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { buildDashboard } from "../../dashboard/build.ts";

const DIST = join(import.meta.dirname, "../../dashboard/dist");
const LIMIT_BYTES = 200_000;

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
  isEntry?: boolean;
}

/** Every file that a chunk needs before it can run. */
function closure(manifest: Record<string, Chunk>, key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key]!;
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const css of chunk.css ?? []) found.add(css);
  for (const each of chunk.imports ?? []) closure(manifest, each, found);
  return found;
}

describe("the first load", () => {
  let manifest: Record<string, Chunk>;
  const weight = (...keys: string[]): number => {
    const files = new Set(keys.flatMap((key) => [...closure(manifest, key)]));
    return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length, 0);
  };
  beforeAll(async () => {
    await buildDashboard();
    manifest = JSON.parse(readFileSync(join(DIST, "manifest.json"), "utf8"));
  });

  it.each([
    ["the sign-in", ["pages/sign-in/sign-in.tsx"]],
    ["the overview with its chart", ["pages/overview/overview.tsx", "parts/chart-canvas.tsx"]],
    ["the audit trail", ["pages/trail/trail.tsx"]],
  ])("of %s weighs at most 200 kB, gzipped", (name, pages) => {
    const bytes = weight("index.html", ...pages);
    console.log(`${name}: ${(bytes / 1000).toFixed(0)} kB gzip`);
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  it("keeps what only some pages need out of it", () => {
    const first = closure(manifest, "index.html");
    for (const later of ["chart-canvas", "qrcode", "trail-", "fr-"])
      expect([...first].filter((file) => file.includes(later))).toEqual([]);
  });

  it("has nothing inline: the content security policy is `'self'`", () => {
    const html = readFileSync(join(DIST, "index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });
});
