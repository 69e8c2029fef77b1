import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import { meQuery } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Card } from "../../parts/page.tsx";
import { Answer, ErrorNote } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { isPasswordDue, PasswordAsk } from "./password-ask.tsx";

interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at?: string;
  synced: boolean;
}

export function Passkeys() {
  const client = useQueryClient();
  const query = useQuery(reading<{ items: Passkey[] }>("/api/auth/passkeys"));
  const [name, setName] = useState("");
  const refresh = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ["/api/auth/passkeys"] });
    await client.invalidateQueries(meQuery);
  };
  const add = useMutation({
    mutationFn: (password?: string) => register(name.trim(), password),
    onSuccess: async () => {
      setName("");
      toast(t("The passkey is added."));
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: ({ id, password }: { id: string; password?: string }) =>
      send("DELETE", `/api/auth/passkeys/${encodeURIComponent(id)}`, password ? { password } : {}),
    onSuccess: refresh,
  });
  const failed = add.error ?? remove.error;
  return (
    <Card title={t("Passkeys")}>
      <div className="stack">
        <p className="quiet">
          {t("Sign in by fingerprint, face or security key. Nothing to type, nothing that can be phished.")}
        </p>
        <Answer query={query} lines={2}>
          {({ items }) =>
            items.length > 0 && (
              <ul className="passkeys">
                {items.map((each) => (
                  <li key={each.id}>
                    <Icon name="key" />
                    <span>
                      <strong>{each.name}</strong> {each.synced && <Badge>{t("synced")}</Badge>}
                      <br />
                      <span className="quiet">
                        {t("used")} {each.last_used_at ? <Time at={each.last_used_at} style="ago" /> : t("never")}
                      </span>
                    </span>
                    <Button className="small" kind="danger" onClick={() => remove.mutate({ id: each.id })}>
                      {t("Remove")}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
        {failed && !isPasswordDue(failed) && <ErrorNote error={failed} />}
        <PasswordAsk error={add.error} again={add.mutateAsync} onClose={add.reset} />
        <PasswordAsk
          error={remove.error}
          again={(password) => remove.mutateAsync({ ...remove.variables!, password })}
          onClose={remove.reset}
        />
        <form className="row end" onSubmit={submit(() => add.mutate(undefined))}>
          <TextField
            label={t("Name of the device")}
            placeholder={t("My laptop")}
            value={name}
            onChange={(event) => setName(event.target.value)}
            maxLength={80}
          />
          <Button type="submit" icon="plus" busy={add.isPending}>
            {t("Add a passkey")}
          </Button>
        </form>
      </div>
    </Card>
  );
}

async function register(name: string, password?: string): Promise<void> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  type Options = Parameters<typeof startRegistration>[0]["optionsJSON"];
  const optionsJSON = await send<Options>("POST", "/api/auth/passkeys/options", password ? { password } : {});
  const response = await startRegistration({ optionsJSON });
  await send("POST", "/api/auth/passkeys", { ...(name ? { name } : {}), response });
}
