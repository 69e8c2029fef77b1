import type { RefObject } from "react";
import { useKeys } from "../app/keys.ts";

/** j and k walk through the rows of a table or list; what is focused is what Enter opens. */
export function useListKeys(body: RefObject<HTMLElement | null>, open?: (index: number) => void): void {
  const rows = (): HTMLElement[] => [...(body.current?.querySelectorAll<HTMLElement>(":scope > [tabindex='0']") ?? [])];
  const move = (step: number): void => {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const at = rows().indexOf(document.activeElement as HTMLElement);
      if (at >= 0) open?.(at);
    },
  });
}
