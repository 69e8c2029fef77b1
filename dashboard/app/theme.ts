import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const listeners = new Set<() => void>();

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(next: Theme): void {
  const root = document.documentElement;
  if (next === "system") delete root.dataset.theme;
  else root.dataset.theme = next;
  try {
    localStorage.setItem("vigil.theme", next);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
}

/** Renders again when the theme changes, by choice or by the system: a canvas must draw with the new colours. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    listeners.add(listener);
    system.addEventListener("change", listener);
    return () => {
      listeners.delete(listener);
      system.removeEventListener("change", listener);
    };
  }, theme);
}
