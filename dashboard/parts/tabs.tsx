import type { ReactNode } from "react";

/** Tabs that are places: the address names the one shown, so each can be linked to and gone back from. */
export function Tabs<K extends string>(props: {
  label: string;
  tabs: { id: K; label: ReactNode }[];
  active: K;
  onChange: (id: K) => void;
}) {
  return (
    <nav className="tabs" aria-label={props.label}>
      {props.tabs.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          aria-current={id === props.active ? "page" : undefined}
          onClick={() => props.onChange(id)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}
