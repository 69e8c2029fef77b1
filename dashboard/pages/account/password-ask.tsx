import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/request.ts";
import { t } from "../../i18n/index.ts";
import { TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";

export const isPasswordDue = (error: unknown): boolean =>
  error instanceof ApiError && error.kind === "password-required";

/** Opens when something was refused because the sign-in is some time ago; the password goes with the second try. */
export function PasswordAsk(props: {
  error: unknown;
  again: (password: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { error, again, onClose } = props;
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState("");
  const due = isPasswordDue(error);
  useEffect(() => {
    if (due) setAsking(true);
  }, [due]);
  const close = (): void => {
    setAsking(false);
    setPassword("");
  };
  const work = useMutation({ mutationFn: () => again(password), onSuccess: close });
  if (!asking) return null;
  return (
    <FormDialog
      title={t("Is it you?")}
      action={t("Go on")}
      work={work}
      onClose={() => {
        close();
        onClose();
      }}
    >
      <p>{t("You signed in some time ago, and this opens another way into your account.")}</p>
      <OwnPassword value={password} onChange={setPassword} />
    </FormDialog>
  );
}

/** The password of who is signed in, once more. */
export function OwnPassword({ value, onChange }: { value: string; onChange: (password: string) => void }) {
  return (
    <TextField
      label={t("Your password")}
      type="password"
      autoComplete="current-password"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      required
      autoFocus
    />
  );
}
