import { type ComponentProps, type ReactNode, useState } from "react";
import { t } from "../i18n/index.ts";
import { Icon, type IconName } from "./icon.tsx";

type ButtonProps = ComponentProps<"button"> & {
  kind?: "primary" | "plain" | "ghost" | "danger";
  icon?: IconName;
  busy?: boolean;
};

export function Button({ kind = "plain", icon, busy, children, className = "", disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`button ${kind} ${children ? "" : "only-icon"} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

/** A text that is long and only ever copied: a hash, a key, a link. */
export function Copy({ text, children, label }: { text: string; children?: ReactNode; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <span className="copy">
      {children ?? <code>{text}</code>}
      <button type="button" className="button ghost only-icon" onClick={copy} title={label ?? t("Copy")}>
        <Icon name={done ? "check" : "copy"} size={14} />
        <span className="visually-hidden">{done ? t("Copied") : (label ?? t("Copy"))}</span>
      </button>
    </span>
  );
}
