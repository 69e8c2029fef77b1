import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { send } from "../../api/request.ts";
import { meQuery } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button, Copy } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { FormDialog, ShownOnce } from "../../parts/form-dialog.tsx";
import { Card } from "../../parts/page.tsx";
import { ErrorNote, Note } from "../../parts/states.tsx";
import { isPasswordDue, OwnPassword, PasswordAsk } from "./password-ask.tsx";

interface Secret {
  secret: string;
  otpauth_url: string;
}

export function Totp({ enabled, codesLeft }: { enabled: boolean; codesLeft: number }) {
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const start = useMutation({
    mutationFn: (password?: string) => send<Secret>("POST", "/api/auth/totp", password ? { password } : {}),
  });
  const refresh = () => client.invalidateQueries(meQuery);
  return (
    <Card
      title={t("Codes from an authenticator")}
      aside={<Badge tone={enabled ? "good" : "plain"}>{enabled ? t("on") : t("off")}</Badge>}
    >
      <div className="stack">
        <p className="quiet">{t("After the password, a six-digit code from an app on your phone (TOTP).")}</p>
        {enabled && <p>{n(codesLeft, "{n} recovery code left.", "{n} recovery codes left.")}</p>}
        {start.error && !isPasswordDue(start.error) && <ErrorNote error={start.error} />}
        <p>
          {enabled ? (
            <Button kind="danger" onClick={() => setRemoving(true)}>
              {t("Turn off")}
            </Button>
          ) : (
            <Button busy={start.isPending} onClick={() => start.mutate(undefined)}>
              {t("Set up")}
            </Button>
          )}
        </p>
      </div>
      <PasswordAsk error={start.error} again={start.mutateAsync} onClose={start.reset} />
      {start.data && <SetUp secret={start.data} onDone={refresh} onClose={() => start.reset()} />}
      {removing && <TurnOff onDone={refresh} onClose={() => setRemoving(false)} />}
    </Card>
  );
}

function SetUp({ secret, onDone, onClose }: { secret: Secret; onDone: () => void; onClose: () => void }) {
  const [code, setCode] = useState("");
  const work = useMutation({
    mutationFn: () =>
      send<{ recovery_codes: string[] }>("POST", "/api/auth/totp/confirm", { code: code.replace(/\s/g, "") }),
    onSuccess: onDone,
  });
  if (work.data)
    return (
      <ShownOnce title={t("Keep these recovery codes")} onClose={onClose} done={t("I have kept them")}>
        <p>{t("Each lets you in once when the phone is lost. They are shown only now.")}</p>
        <pre className="recovery">{work.data.recovery_codes.join("\n")}</pre>
        <Copy text={work.data.recovery_codes.join("\n")} label={t("Copy all")}>
          {t("Copy all")}
        </Copy>
      </ShownOnce>
    );
  return (
    <FormDialog title={t("Set up codes")} action={t("Turn on")} work={work} onClose={onClose}>
      <p>{t("Scan this with your authenticator, then type the code it shows.")}</p>
      <QrCode text={secret.otpauth_url} />
      <p className="quiet">
        {t("No camera? Type this secret:")} <Copy text={secret.secret} />
      </p>
      <TextField
        label={t("Code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.target.value)}
        required
        minLength={6}
        maxLength={8}
        autoFocus
      />
    </FormDialog>
  );
}

function TurnOff({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const work = useMutation({
    mutationFn: () => send("DELETE", "/api/auth/totp", { password }),
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog title={t("Turn codes off?")} action={t("Turn off")} work={work} onClose={onClose} danger>
      <Note tone="warn">{t("From then on the password alone is enough.")}</Note>
      <OwnPassword value={password} onChange={setPassword} />
    </FormDialog>
  );
}

/** Drawn as one path, always dark on white: cameras want it so, whatever the theme. */
function QrCode({ text }: { text: string }) {
  const [drawing, setDrawing] = useState<{ size: number; path: string }>();
  useEffect(() => {
    let alive = true;
    void import("qrcode-generator").then(({ default: qrcode }) => {
      const code = qrcode(0, "M");
      code.addData(text);
      code.make();
      const size = code.getModuleCount();
      let path = "";
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) if (code.isDark(y, x)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
      if (alive) setDrawing({ size: size + 8, path });
    });
    return () => {
      alive = false;
    };
  }, [text]);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${drawing?.size ?? 1} ${drawing?.size ?? 1}`}
      role="img"
      aria-label={t("QR code of the secret")}
      shapeRendering="crispEdges"
    >
      <path d={drawing?.path} />
    </svg>
  );
}
