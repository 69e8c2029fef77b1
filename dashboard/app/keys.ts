import { useEffect, useRef } from "react";

/** `j`, `Enter`, `mod+k` (Ctrl, on a Mac Command), `g t` (one after the other within a second). */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/** Single letters rest while somebody types or a dialog is open, so that they never get in the way (WCAG 2.1.4). */
export function useKeys(map: KeyMap): void {
  const keys = useRef(map);
  keys.current = map;
  useEffect(() => {
    let first = "";
    let timer = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const mod = event.ctrlKey || event.metaKey;
      if (mod || event.altKey) {
        const action = keys.current[`mod+${event.key.toLowerCase()}`];
        if (mod && !event.altKey && action) {
          event.preventDefault();
          action(event);
        }
        return;
      }
      if (typing(event.target) || document.querySelector("dialog[open]")) return;
      const action = (first && keys.current[`${first} ${event.key}`]) || keys.current[event.key];
      clearTimeout(timer);
      first = event.key === "g" ? "g" : "";
      if (first) timer = window.setTimeout(() => (first = ""), 1000);
      if (!action) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
