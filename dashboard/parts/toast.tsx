import { useSyncExternalStore } from "react";

interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
}
let toasts: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const change = (value: Toast[]): void => {
  toasts = value;
  for (const listener of listeners) listener();
};

/** A word about something that is done; it goes by itself. What failed stays where it failed, never only here. */
export function toast(text: string, tone: Toast["tone"] = "good"): void {
  const id = next++;
  change([...toasts, { id, text, tone }]);
  setTimeout(() => change(toasts.filter((each) => each.id !== id)), 5000);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <p key={id} className={`toast ${tone}`}>
          {text}
        </p>
      ))}
    </div>
  );
}
