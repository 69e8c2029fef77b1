import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ErrorNote } from "./states.tsx";
import { submit } from "./submit.ts";

/** Fields in a dialog, what went wrong under them, and the two ways out: every form over a page looks like this. */
export function FormDialog(props: {
  title: string;
  action: string;
  work: UseMutationResult<unknown, unknown, void>;
  onClose: () => void;
  children: ReactNode;
  size?: "small" | "wide";
  danger?: boolean;
  disabled?: boolean;
}) {
  const { title, action, work, onClose, children, size = "small", danger, disabled } = props;
  return (
    <Dialog title={title} onClose={onClose} size={size}>
      <form className="stack" onSubmit={submit(() => work.mutate())}>
        {children}
        {work.error !== null && <ErrorNote error={work.error} />}
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button kind={danger ? "danger" : "primary"} type="submit" busy={work.isPending} disabled={disabled}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** A secret that is shown this once: a key, a link. */
export function ShownOnce(props: { title: string; onClose: () => void; children: ReactNode; done?: string }) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div className="stack">
        {props.children}
        <footer className="dialog-foot">
          <Button kind="primary" onClick={props.onClose}>
            {props.done ?? t("Done")}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
