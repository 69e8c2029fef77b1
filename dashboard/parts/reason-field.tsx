import { t } from "../i18n/index.ts";
import { TextField } from "./field.tsx";

/** Why: the evidence carries it. */
export function ReasonField(props: { value: string; onChange: (reason: string) => void; autoFocus?: boolean }) {
  return (
    <TextField
      label={t("Reason")}
      hint={t("It becomes part of the evidence.")}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      required
      minLength={3}
      maxLength={300}
      autoFocus={props.autoFocus}
    />
  );
}
