import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, get, send } from "../../api/request.ts";
import { useAddress } from "../../app/search.ts";
import { t } from "../../i18n/index.ts";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { ErrorNote } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { SignInFrame } from "./frame.tsx";

/** Password, then the code where one is due; or a passkey, which is both. */
export function SignInPage() {
  const [{ to }] = useAddress();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [codeDue, setCodeDue] = useState(false);
  const enter = useEnter(to);
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: () => get<{ needed: boolean }>("/api/auth/setup"),
    retry: false,
  });

  const byPassword = useMutation({
    mutationFn: () => send("POST", "/api/auth/login", { email, password, ...(code ? { code } : {}) }),
    onSuccess: enter,
    onError: (error) => {
      if (error instanceof ApiError && error.kind === "totp-required") setCodeDue(true);
    },
  });
  const byPasskey = useMutation({ mutationFn: signInByPasskey, onSuccess: enter });
  const problem =
    byPassword.error instanceof ApiError && byPassword.error.kind === "totp-required" ? null : byPassword.error;

  if (setup.data?.needed)
    return (
      <SignInFrame
        title={t("Nobody has been here yet")}
        lead={t("The service printed a one-time link when it started. Open it to make the first account, the owner's.")}
      >
        <p className="quiet">
          {t("Lost it? On the service's machine:")} <code>npx vigil account link</code>
        </p>
      </SignInFrame>
    );
  return (
    <SignInFrame title={t("Sign in")}>
      <form className="stack" onSubmit={submit(() => byPassword.mutate())}>
        {codeDue ? (
          <TextField
            label={t("Code from your authenticator")}
            hint={t("Six digits, or one of your recovery codes.")}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            required
            autoFocus
          />
        ) : (
          <>
            <TextField
              label={t("E-mail")}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              autoComplete="username webauthn"
              required
              autoFocus
            />
            <TextField
              label={t("Password")}
              type="password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              autoComplete="current-password"
              required
            />
          </>
        )}
        {problem && <ErrorNote error={problem} />}
        <Button kind="primary" type="submit" busy={byPassword.isPending}>
          {t("Sign in")}
        </Button>
        <p>
          <Link to="/forgot">{t("Forgot the password?")}</Link>
        </p>
      </form>
      <p className="or">{t("or")}</p>
      {byPasskey.error && <ErrorNote error={byPasskey.error} />}
      <Button icon="key" busy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
        {t("Sign in with a passkey")}
      </Button>
    </SignInFrame>
  );
}

/** Into the house, to where the person wanted to be; only to an address of ours. */
export function useEnter(to?: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (): Promise<void> => {
    client.clear();
    await navigate({ href: to?.startsWith("/") && !/^\/[/\\]/.test(to) ? to : "/" });
  };
}

async function signInByPasskey(): Promise<unknown> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  type Options = Parameters<typeof startAuthentication>[0]["optionsJSON"];
  const optionsJSON = await send<Options>("POST", "/api/auth/passkey-login/options", {});
  return send("POST", "/api/auth/passkey-login", await startAuthentication({ optionsJSON }));
}
