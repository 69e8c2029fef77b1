import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { List, Member, Role } from "../../api/types.ts";
import { useMay, useMe } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button, Copy } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { FormDialog, ShownOnce } from "../../parts/form-dialog.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, NotAllowed, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";

const members = reading<List<Member>>("/api/members");
const roles = reading<List<Role>>("/api/roles");

export function MembersPage() {
  const may = useMay();
  const me = useMe();
  const client = useQueryClient();
  const query = useQuery({ ...members, enabled: may("manage:members") });
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member>();
  const [changing, setChanging] = useState<Member>();
  if (!may("manage:members")) return <NotAllowed what="manage:members" />;
  const refresh = () => client.invalidateQueries({ queryKey: ["/api/members"] });
  return (
    <Page
      title={t("Members")}
      lead={t("People who may sign in to this organisation, and what their role allows.")}
      actions={
        <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>
          {t("Invite somebody")}
        </Button>
      }
    >
      <Card flush>
        <Answer query={query}>
          {({ items }) => (
            <Table
              label={t("Members")}
              items={items}
              rowKey={({ id }) => id}
              columns={[
                {
                  key: "name",
                  label: t("Name"),
                  cell: ({ name, id }) => (
                    <strong>
                      {name}
                      {id === me?.person.id && <span className="quiet"> {t("(you)")}</span>}
                    </strong>
                  ),
                },
                { key: "email", label: t("E-mail"), cell: ({ email }) => email },
                { key: "role", label: t("Role"), cell: ({ role_name }) => <Badge tone="accent">{t(role_name)}</Badge> },
                { key: "factor", label: t("Second factor"), cell: (each) => factor(each) },
                {
                  key: "last",
                  label: t("Last sign-in"),
                  kind: "narrow",
                  cell: ({ joined_at, last_sign_in_at }) =>
                    joined_at ? <Time at={last_sign_in_at} style="ago" /> : <Badge tone="warn">{t("invited")}</Badge>,
                },
                {
                  key: "act",
                  label: <span className="visually-hidden">{t("Actions")}</span>,
                  kind: "narrow",
                  cell: (each) =>
                    each.id !== me?.person.id && (
                      <span className="row">
                        <Button className="small" onClick={() => setChanging(each)}>
                          {t("Change role")}
                        </Button>
                        <Button className="small" kind="danger" onClick={() => setRemoving(each)}>
                          {t("Remove")}
                        </Button>
                      </span>
                    ),
                },
              ]}
            />
          )}
        </Answer>
      </Card>
      {inviting && <Invite onClose={() => setInviting(false)} onDone={refresh} />}
      {changing && <ChangeRole member={changing} onClose={() => setChanging(undefined)} onDone={refresh} />}
      {removing && (
        <Confirm
          title={t("Remove {name}?", { name: removing.name })}
          action={t("Remove")}
          run={() => send("DELETE", `/api/members/${removing.id}`)}
          onClose={() => setRemoving(undefined)}
          onDone={() => {
            setRemoving(undefined);
            toast(t("{name} is no member any more.", { name: removing.name }));
            void refresh();
          }}
        >
          {t("Their sessions end at once. What they did stays in the audit log.")}
        </Confirm>
      )}
    </Page>
  );
}

function factor({ totp_enabled, passkeys }: Member) {
  if (passkeys) return <Badge tone="good">{t("passkey")}</Badge>;
  return totp_enabled ? <Badge tone="good">TOTP</Badge> : <Badge tone="warn">{t("none")}</Badge>;
}

function RoleSelect({ value, onChange }: { value: string; onChange: (role: string) => void }) {
  const items = useQuery({ ...roles, retry: false }).data?.items ?? [];
  const chosen = items.find(({ id }) => id === value);
  return (
    <SelectField
      label={t("Role")}
      hint={chosen && t(chosen.description)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {items.map(({ id, name }) => (
        <option key={id} value={id}>
          {t(name)}
        </option>
      ))}
    </SelectField>
  );
}

function Invite({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState("viewer");
  const work = useMutation({
    mutationFn: () => send<{ link: string }>("POST", "/api/members", { email, name, role }),
    onSuccess: onDone,
  });
  if (work.data)
    return (
      <ShownOnce title={t("The invitation is ready")} onClose={onClose}>
        <p>{t("Give this link to {name}. It works once, for seven days, and is shown only now.", { name })}</p>
        <Copy text={work.data.link} />
        <Note tone="warn">{t("Who has the link can join: send it by a way you trust.")}</Note>
      </ShownOnce>
    );
  return (
    <FormDialog title={t("Invite somebody")} action={t("Make the invitation")} work={work} onClose={onClose}>
      <TextField
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        required
        maxLength={120}
        autoFocus
      />
      <TextField
        label={t("E-mail")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        required
      />
      <RoleSelect value={role} onChange={setRole} />
    </FormDialog>
  );
}

function ChangeRole({ member, onClose, onDone }: { member: Member; onClose: () => void; onDone: () => void }) {
  const [role, setRole] = useState(member.role);
  return (
    <Confirm
      title={t("Role of {name}", { name: member.name })}
      action={t("Save")}
      danger={false}
      run={() => send("PATCH", `/api/members/${member.id}`, { role })}
      onClose={onClose}
      onDone={() => {
        toast(t("Saved."));
        onDone();
        onClose();
      }}
    >
      <RoleSelect value={role} onChange={setRole} />
    </Confirm>
  );
}
