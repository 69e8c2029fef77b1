import { type ReactNode, useEffect, useId, useRef } from "react";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";

/** The browser's own dialog: it traps the focus, closes with Escape, and gives the focus back. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode; size?: "small" | "wide" }) {
  const { title, onClose, children, size = "small" } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // the browser would take the first thing that can be focused, which is the button that closes
      dialog.querySelector<HTMLElement>("input, select, textarea, .button.primary")?.focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === ref.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button kind="ghost" icon="close" aria-label={t("Close")} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
