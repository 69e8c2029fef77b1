import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FormDialog } from "./form-dialog.tsx";
import { ReasonField } from "./reason-field.tsx";

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
    <FormDialog
      title={props.title}
      action={props.action}
      work={work}
      onClose={props.onClose}
      danger={props.danger !== false}
    >
      <div>{props.children}</div>
      {props.reason && <ReasonField value={reason} onChange={setReason} autoFocus />}
    </FormDialog>
  );
}
