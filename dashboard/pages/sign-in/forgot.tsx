import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { send } from "../../api/request.ts";
import { t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { ErrorNote, Note } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { SignInFrame } from "./frame.tsx";

export function ForgotPage() {
  const [email, setEmail] = useState("");
  const work = useMutation({ mutationFn: () => send<{ sent: boolean }>("POST", "/api/auth/forgot", { email }) });
  return (
    <SignInFrame
      title={t("Forgot the password?")}
      lead={t("A link lets you choose a new one. It works once, for an hour.")}
    >
      {work.isSuccess ? (
        <Note tone={work.data.sent ? "good" : "warn"}>
          {work.data.sent
            ? t(
                "If there is an account with this address, the link is on its way. No mail? An administrator of the machine can print one:",
              )
            : t("This Vigil sends no mail. An administrator of the machine can print the link:")}{" "}
          <code>npx vigil account link --reset {email}</code>
        </Note>
      ) : (
        <form className="stack" onSubmit={submit(() => work.mutate())}>
          <TextField
            label={t("E-mail")}
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            required
            autoFocus
          />
          {work.error && <ErrorNote error={work.error} />}
          <Button kind="primary" type="submit" busy={work.isPending}>
            {t("Send the link")}
          </Button>
        </form>
      )}
      <p>
        <Link to="/sign-in">{t("Back to sign-in")}</Link>
      </p>
    </SignInFrame>
  );
}
