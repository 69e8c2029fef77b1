import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { submit } from "../../parts/submit.ts";
import "./account.css";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import { meQuery, useMe } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { Card, Facts, Page } from "../../parts/page.tsx";
import { Answer, ErrorNote, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Totp } from "./totp.tsx";

interface SignIn {
  id: string;
  created_at: string;
  last_seen_at: string;
  ip?: string;
  user_agent?: string;
  method: string;
  current: boolean;
}

export function AccountPage() {
  const me = useMe();
  if (!me) return null;
  const { person } = me;
  return (
    <Page title={t("Account and security")}>
      {!person.totp_enabled && person.passkeys === 0 && (
        <Note tone="warn">
          {t(
            "Only a password protects this account. Add a passkey, or a code from an authenticator: evidence deserves it.",
          )}
        </Note>
      )}
      <div className="grid two">
        <Card title={t("You")}>
          <Facts
            items={[
              [t("Name"), person.name],
              [t("E-mail"), person.email ?? "—"],
              ...me.organisations.map(({ name, role_name }): [string, React.ReactNode] => [
                name,
                <Badge key={name} tone="accent">
                  {t(role_name)}
                </Badge>,
              ]),
            ]}
          />
        </Card>
        <Totp enabled={person.totp_enabled} codesLeft={person.recovery_codes_left} />
        <Passkeys />
        <PasswordChange />
      </div>
      <SignIns />
    </Page>
  );
}

function PasswordChange() {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const work = useMutation({
    mutationFn: () => send("POST", "/api/auth/password", { current, password }),
    onSuccess: () => {
      setCurrent("");
      setPassword("");
      toast(t("The password is changed; your other sessions were ended."));
    },
  });
  return (
    <Card title={t("Password")}>
      <form className="stack" onSubmit={submit(() => work.mutate())}>
        <TextField
          label={t("Current password")}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          required
        />
        <TextField
          label={t("New password")}
          type="password"
          autoComplete="new-password"
          minLength={12}
          hint={t("At least 12 characters. A sentence is easier to keep than a riddle.")}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          required
        />
        {work.error && <ErrorNote error={work.error} />}
        <p>
          <Button type="submit" busy={work.isPending}>
            {t("Change the password")}
          </Button>
        </p>
      </form>
    </Card>
  );
}

function SignIns() {
  const client = useQueryClient();
  const query = useQuery(reading<{ items: SignIn[] }>("/api/auth/sessions"));
  const end = useMutation({
    mutationFn: (id: string) => send("DELETE", `/api/auth/sessions/${id}`),
    onSuccess: async () => {
      toast(t("That session is ended."));
      await client.invalidateQueries({ queryKey: ["/api/auth/sessions"] });
      await client.invalidateQueries(meQuery);
    },
  });
  return (
    <Card title={t("Where you are signed in")} flush>
      {end.error && <ErrorNote error={end.error} />}
      <Answer query={query} lines={3}>
        {({ items }) => (
          <Table
            label={t("Where you are signed in")}
            items={items}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "device",
                label: t("Device"),
                cell: ({ user_agent, current }) => (
                  <span className="row">
                    <span className="cut device" title={user_agent}>
                      {user_agent ?? "—"}
                    </span>
                    {current && <Badge tone="good">{t("this one")}</Badge>}
                  </span>
                ),
              },
              { key: "ip", label: t("Address"), cell: ({ ip }) => ip ?? "—" },
              { key: "method", label: t("Signed in by"), cell: ({ method }) => t(method.replaceAll("_", " ")) },
              { key: "since", label: t("Since"), kind: "narrow", cell: ({ created_at }) => <Time at={created_at} /> },
              {
                key: "seen",
                label: t("Last seen"),
                kind: "narrow",
                cell: ({ last_seen_at }) => <Time at={last_seen_at} style="ago" />,
              },
              {
                key: "act",
                label: <span className="visually-hidden">{t("Actions")}</span>,
                kind: "narrow",
                cell: ({ id, current }) =>
                  !current && (
                    <Button className="small" kind="danger" onClick={() => end.mutate(id)}>
                      {t("End")}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}
