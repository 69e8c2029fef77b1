import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { ErrorNote } from "./states.tsx";
import { submit } from "./submit.ts";

/** A step that cannot be taken back is asked for, with a reason where the evidence will carry one. */
export function Confirm(props: {
  title: string;
  children: ReactNode;
  action: string;
  reason?: boolean;
  danger?: boolean;
  run: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const work = useMutation({ mutationFn: () => props.run(reason.trim()), onSuccess: props.onDone });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form className="stack" onSubmit={submit(() => work.mutate())}>
        <div>{props.children}</div>
        {props.reason && (
          <TextField
            label={t("Reason")}
            hint={t("It becomes part of the evidence.")}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
            minLength={3}
            maxLength={300}
            autoFocus
          />
        )}
        {work.error && <ErrorNote error={work.error} />}
        <footer className="dialog-foot">
          <Button onClick={props.onClose}>{t("Cancel")}</Button>
          <Button kind={props.danger === false ? "primary" : "danger"} type="submit" busy={work.isPending}>
            {props.action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
