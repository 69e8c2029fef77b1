import { type ComponentProps, type ReactNode, useId } from "react";

interface Frame {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
}

function Frame({ label, hint, error, id, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { hint, error }: Pick<Frame, "hint" | "error">) => ({
  id,
  "aria-describedby": [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined,
  "aria-invalid": error ? true : undefined,
});

export function TextField({ label, hint, error, ...rest }: Frame & Omit<ComponentProps<"input">, "id">) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <input className="input" {...described(id, { hint, error })} {...rest} />
    </Frame>
  );
}

export function TextArea({ label, hint, error, ...rest }: Frame & Omit<ComponentProps<"textarea">, "id">) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <textarea className="input" rows={3} {...described(id, { hint, error })} {...rest} />
    </Frame>
  );
}

export function SelectField({ label, hint, error, children, ...rest }: Frame & Omit<ComponentProps<"select">, "id">) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <select className="input" {...described(id, { hint, error })} {...rest}>
        {children}
      </select>
    </Frame>
  );
}

export function Check({ label, hint, ...rest }: Frame & Omit<ComponentProps<"input">, "id" | "type">) {
  const id = useId();
  return (
    <div className="check">
      <input type="checkbox" {...described(id, { hint })} {...rest} />
      <label htmlFor={id}>
        {label}
        {hint && (
          <span className="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </label>
    </div>
  );
}
