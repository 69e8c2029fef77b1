import { useSyncExternalStore } from "react";

/*
 * Gettext's way, which Odoo's people know: the English sentence is the key, a language is a table from it.
 * test/dashboard/translation.test.ts finds sentences that French lacks.
 */
export type Language = "en" | "fr";
export const LANGUAGES: Record<Language, string> = { en: "English", fr: "Français" };

type Values = Record<string, string | number>;
const tables: Partial<Record<Language, Record<string, string>>> = { en: {} };
const listeners = new Set<() => void>();
let current: Language = "en";

export const language = (): Language => current;

/** Dates and figures follow the language of the page, not of the browser: one page, one way to write a day. */
export const locale = (): string => (current === "en" ? "en-GB" : current);

/** 48211 as "48,211", or as the reader's language writes it. */
export const figure = (value: number, options?: Intl.NumberFormatOptions): string =>
  value.toLocaleString(locale(), options);

/** A sentence in the reader's language; `{name}` is replaced from `values`. */
export function t(sentence: string, values?: Values): string {
  const text = tables[current]?.[sentence] ?? sentence;
  return values ? text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole)) : text;
}

/** One or many: `n(3, "{n} event", "{n} events")`. French counts zero as one. */
export function n(count: number, one: string, many: string): string {
  const single = current === "fr" ? Math.abs(count) < 2 : count === 1;
  return t(single ? one : many, { n: figure(count) });
}

export async function setLanguage(next: Language): Promise<void> {
  if (next === "fr" && !tables.fr) tables.fr = (await import("./fr.ts")).FRENCH;
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem("vigil.language", next);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
}

export const preferredLanguage = (): Language => (document.documentElement.lang === "fr" ? "fr" : "en");

/** Renders again when the language changes; the shell uses it as its key, so every sentence below is new. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
