import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FRENCH } from "../../dashboard/i18n/fr.ts";

const ROOT = join(import.meta.dirname, "../../dashboard");

/** The sentences that stand in `t("…")` and `n(count, "…", "…")`. What is put together at run time has no literal. */
function sentences(): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(entry.name) || /\/(dist|i18n)(\/|$)/.test(entry.parentPath)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const match of text.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) found.add(match[1]!);
    for (const match of text.matchAll(/\bn\(\s*[^,"]+,\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"/g)) {
      found.add(match[1]!);
      found.add(match[2]!);
    }
    if (entry.name === "navigation.ts") for (const match of text.matchAll(/label: "([^"]*)"/g)) found.add(match[1]!);
  }
  return [...found];
}

describe("French", () => {
  it("has every sentence of the dashboard", () => {
    expect(sentences().filter((sentence) => !Object.hasOwn(FRENCH, sentence))).toEqual([]);
  });
  it("keeps each sentence's places for values", () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    const wrong = Object.entries(FRENCH).filter(
      ([english, french]) => places(english).join() !== places(french).join(),
    );
    expect(wrong).toEqual([]);
  });
});
