import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = join(import.meta.dirname, "../../dashboard/dist");
export const LIMIT_BYTES = 200_000;
/** What a first visit of each loads, by the pages' chunks. */
export const FIRST_LOADS: [name: string, chunks: string[]][] = [
  ["the sign-in", ["pages/sign-in/sign-in.tsx"]],
  ["the overview with its chart", ["pages/overview/overview.tsx", "parts/chart-canvas.tsx"]],
  ["the audit trail", ["pages/trail/trail.tsx"]],
];

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

/** Every file that a chunk needs before it can run. The dashboard must have been built. */
export function filesOf(key: string, found = new Set<string>()): Set<string> {
  const manifest = JSON.parse(readFileSync(join(DIST, "manifest.json"), "utf8")) as Record<string, Chunk>;
  const walk = (name: string): void => {
    const chunk = manifest[name]!;
    if (found.has(chunk.file)) return;
    found.add(chunk.file);
    for (const css of chunk.css ?? []) found.add(css);
    for (const each of chunk.imports ?? []) walk(each);
  };
  walk(key);
  return found;
}

/** Bytes on the wire, gzipped, of the page's frame and these chunks. */
export function firstLoad(chunks: string[]): number {
  const files = new Set(["index.html", ...chunks].flatMap((key) => [...filesOf(key)]));
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length, 0);
}
