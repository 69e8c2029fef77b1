import { useMutation, useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "@tanstack/react-router";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { OneTimeLink } from "../../api/types.ts";
import { t } from "../../i18n/index.ts";
import { Say } from "../../i18n/say.tsx";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { ErrorNote, ErrorState, Loading, Note } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { Time } from "../../parts/time.tsx";
import { SignInFrame } from "./frame.tsx";
import { useEnter } from "./sign-in.tsx";

/**
 * Where a one-time link leads: the first owner's set-up, an invitation, a new password. The token stands behind the `#`,
 * so that no server or proxy ever writes it into a log.
 */
export function LinkPage() {
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const link = useQuery({ ...reading<OneTimeLink>("/api/auth/link", { token }), enabled: token !== "", retry: false });
  const title =
    link.data?.kind === "reset"
      ? t("Choose a password")
      : link.data?.kind === "invite"
        ? t("Join {organisation}", { organisation: link.data.organisation ?? "Vigil" })
        : t("Welcome. Make this Vigil yours");
  if (token === "")
    return (
      <SignInFrame title={t("Half a link")}>
        <Note tone="warn">
          {t("This address lacks its secret part: open the whole link as it was printed or sent.")}
        </Note>
      </SignInFrame>
    );
  if (link.error)
    return (
      <SignInFrame title={t("This link does not open")}>
        <ErrorState error={link.error} />
        <RouterLink to="/sign-in">{t("Back to sign-in")}</RouterLink>
      </SignInFrame>
    );
  return (
    <SignInFrame
      title={title}
      lead={link.data && <Say text="The link works once, until {time}." time={<Time at={link.data.expires_at} />} />}
    >
      {link.data ? <LinkForm token={token} link={link.data} /> : <Loading lines={4} />}
    </SignInFrame>
  );
}

function LinkForm({ token, link }: { token: string; link: OneTimeLink }) {
  const { kind } = link;
  const [form, setForm] = useState({ organisation: "", name: link.name ?? "", email: link.email ?? "", password: "" });
  const enter = useEnter(kind === "setup" ? "/account" : "/");
  const work = useMutation({
    mutationFn: () => {
      const { organisation, name, email, password } = form;
      if (kind === "reset") return send("POST", "/api/auth/reset", { token, password });
      if (kind === "setup") return send("POST", "/api/auth/setup", { token, organisation, name, email, password });
      return send("POST", "/api/auth/setup", { token, password, ...(link.has_account ? {} : { name }) });
    },
    onSuccess: enter,
  });
  const bind = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setForm({ ...form, [key]: event.target.value }),
    required: true,
  });
  return (
    <form className="stack" onSubmit={submit(() => work.mutate())}>
      {kind === "setup" && (
        <TextField
          label={t("Organisation")}
          autoComplete="organization"
          maxLength={120}
          autoFocus
          {...bind("organisation")}
        />
      )}
      {kind !== "reset" && !link.has_account && (
        <TextField label={t("Your name")} autoComplete="name" maxLength={120} {...bind("name")} />
      )}
      <TextField
        label={t("E-mail")}
        type="email"
        autoComplete="username"
        readOnly={kind !== "setup"}
        {...bind("email")}
      />
      <TextField
        label={link.has_account && kind === "invite" ? t("Your password") : t("New password")}
        type="password"
        autoComplete={link.has_account && kind === "invite" ? "current-password" : "new-password"}
        hint={
          link.has_account && kind === "invite"
            ? t("You have an account here already.")
            : t("At least 12 characters. A sentence is easier to keep than a riddle.")
        }
        minLength={link.has_account && kind === "invite" ? 1 : 12}
        {...bind("password")}
      />
      {work.error && <ErrorNote error={work.error} />}
      <Button kind="primary" type="submit" busy={work.isPending}>
        {kind === "reset" ? t("Set the password") : kind === "setup" ? t("Make the account") : t("Join")}
      </Button>
    </form>
  );
}
