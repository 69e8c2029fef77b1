import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FRENCH } from "../../dashboard/i18n/fr.ts";
import { read, SUMMARIES } from "../../dashboard/pages/findings/summaries.ts";
import { PERMISSIONS, SYSTEM_ROLES } from "../../service/accounts/permissions.ts";
import { ACTIONS } from "../../service/audit/actions.ts";
import { DEFAULTS } from "../../service/findings/parameters.ts";
import { RULES as SUSPICIONS } from "../../service/findings/rules/index.ts";

const ROOT = join(import.meta.dirname, "../../dashboard");

/** The sentences that stand in `t("…")` and `n(count, "…", "…")`. What is put together at run time has no literal. */
function sentences(): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(entry.name) || /\/(dist|i18n)(\/|$)/.test(entry.parentPath)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const match of text.matchAll(/<Say\s+text="([^"]*)"/g)) found.add(match[1]!);
    for (const match of text.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) found.add(match[1]!);
    for (const match of text.matchAll(/\bn\(\s*[^,"]+,\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"/g)) {
      found.add(match[1]!);
      found.add(match[2]!);
    }
    if (entry.name === "navigation.ts") for (const match of text.matchAll(/label: "([^"]*)"/g)) found.add(match[1]!);
  }
  return [...found];
}

const RULES = join(ROOT, "../service/findings/rules");
const lacks = (words: string[]): string[] => [...new Set(words)].filter((word) => !Object.hasOwn(FRENCH, word));
const spoken = (name: string): string => name.replaceAll("_", " ");

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
  it("has every action of the audit log", () => {
    const words = Object.keys(ACTIONS).flatMap((action) => action.split("."));
    expect(lacks(words.map(spoken))).toEqual([]);
  });
  it("has every permission and role", () => {
    const permissions = Object.values(PERMISSIONS).map(({ allows }) => allows);
    const roles = Object.values(SYSTEM_ROLES).flatMap(({ name, about }) => [name, about]);
    expect(lacks([...permissions, ...roles])).toEqual([]);
  });
  it("has every rule of suspicion and its thresholds", () => {
    expect(lacks(SUSPICIONS.flatMap(({ name, about }) => [spoken(name), about]))).toEqual([]);
    expect(lacks(Object.values(DEFAULTS).flatMap((each) => Object.keys(each).map(spoken)))).toEqual([]);
  });
  it("has every sentence of the rules of suspicion", () => {
    const sources = readdirSync(RULES).map((name) => readFileSync(join(RULES, name), "utf8"));
    const said = sources.flatMap((source) => [...source.matchAll(/summary: `([^\n]*)`,?$/gm)].map(([, text]) => text!));
    expect(said.length).toBeGreaterThan(10);
    // "by" is one of two words, "verb" too, and a network may stand behind a place
    const variants = said.flatMap((text) =>
      ["from", "as"].flatMap((by) =>
        ["read", "exported"].map((verb) =>
          text
            .replace(/\$\{by\}/, by)
            .replace(/\$\{verb\}/, verb)
            .replace(/\$\{network\}/, ""),
        ),
      ),
    );
    const unknown = variants
      .map((text) => text.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "x"))
      .filter((text) => !SUMMARIES.some((sentence) => read(sentence, text)));
    expect([...new Set(unknown)]).toEqual([]);
    expect(lacks(SUMMARIES)).toEqual([]);
  });
});
