import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import "./organisation.css";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { ApiKey, List } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button, Copy } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { FormDialog, ShownOnce } from "../../parts/form-dialog.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, Empty, NotAllowed, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { PermissionList } from "./permission-list.tsx";

export function ApiKeysPage() {
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery({ ...reading<List<ApiKey>>("/api/api-keys"), enabled: may("manage:api_keys") });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  if (!may("manage:api_keys")) return <NotAllowed what="manage:api_keys" />;
  const refresh = () => client.invalidateQueries({ queryKey: ["/api/api-keys"] });
  return (
    <Page
      title={t("API keys")}
      lead={
        <>
          {t("For programs that read or act through the API.")}{" "}
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t("How to use it")}
          </a>
        </>
      }
      actions={
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          {t("New key")}
        </Button>
      }
    >
      <Card flush>
        <Answer query={query}>
          {({ items }) => (
            <Table
              label={t("API keys")}
              items={items}
              rowKey={({ id }) => id}
              empty={
                <Empty icon="key" title={t("No keys yet")}>
                  <p>{t("A key lets a program in with the permissions you choose, and no more.")}</p>
                </Empty>
              }
              columns={[
                { key: "name", label: t("Name"), cell: ({ name }) => <strong>{name}</strong> },
                { key: "prefix", label: t("Key"), kind: "narrow", cell: ({ prefix }) => <code>{prefix}…</code> },
                {
                  key: "permissions",
                  label: t("Permissions"),
                  cell: ({ permissions }) => (
                    <span title={permissions.join(", ")}>
                      {n(permissions.length, "{n} permission", "{n} permissions")}
                    </span>
                  ),
                },
                { key: "by", label: t("Made by"), cell: ({ created_by }) => created_by.name, spare: true },
                {
                  key: "used",
                  label: t("Last used"),
                  kind: "narrow",
                  cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} style="ago" /> : t("never")),
                },
                { key: "expires", label: t("Expires"), kind: "narrow", cell: (each) => <Expiry apiKey={each} /> },
                {
                  key: "act",
                  label: <span className="visually-hidden">{t("Actions")}</span>,
                  kind: "narrow",
                  cell: (each) =>
                    !each.revoked_at && (
                      <Button className="small" kind="danger" onClick={() => setRevoking(each)}>
                        {t("Revoke")}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Answer>
      </Card>
      {making && <NewKey onClose={() => setMaking(false)} onDone={refresh} />}
      {revoking && (
        <Confirm
          title={t("Revoke {name}?", { name: revoking.name })}
          action={t("Revoke")}
          run={() => send("DELETE", `/api/api-keys/${revoking.id}`)}
          onClose={() => setRevoking(undefined)}
          onDone={() => {
            setRevoking(undefined);
            toast(t("The key is refused from now on."));
            void refresh();
          }}
        >
          {t("Programs that use it are refused from the next request on. This cannot be taken back.")}
        </Confirm>
      )}
    </Page>
  );
}

function Expiry({ apiKey: { revoked_at, expires_at } }: { apiKey: ApiKey }) {
  if (revoked_at) return <Badge tone="bad">{t("revoked")}</Badge>;
  if (!expires_at) return <span className="quiet">{t("never")}</span>;
  if (new Date(expires_at) < new Date()) return <Badge tone="bad">{t("expired")}</Badge>;
  return <Time at={expires_at} style="day" />;
}

function NewKey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const may = useMay();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [permissions, setPermissions] = useState<string[]>(["view:environments"]);
  const work = useMutation({
    mutationFn: () =>
      send<{ key: string }>("POST", "/api/api-keys", {
        name,
        permissions,
        ...(days ? { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() } : {}),
      }),
    onSuccess: onDone,
  });
  if (work.data)
    return (
      <ShownOnce title={t("Your new key")} onClose={onClose}>
        <Note tone="warn">{t("Copy it now: it is shown only this once. Vigil keeps a digest, not the key.")}</Note>
        <Copy text={work.data.key} label={t("Copy the key")} />
      </ShownOnce>
    );
  return (
    <FormDialog
      title={t("New key")}
      action={t("Make the key")}
      work={work}
      onClose={onClose}
      size="wide"
      disabled={permissions.length === 0}
    >
      <div className="columns">
        <TextField
          label={t("Name")}
          hint={t("What uses it: “backup script”, “SIEM”.")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={80}
          autoFocus
        />
        <SelectField label={t("Expires")} value={days} onChange={(event) => setDays(event.target.value)}>
          <option value="30">{t("in 30 days")}</option>
          <option value="90">{t("in 90 days")}</option>
          <option value="365">{t("in a year")}</option>
          <option value="">{t("never")}</option>
        </SelectField>
      </div>
      <PermissionList chosen={permissions} onChange={setPermissions} only={(each) => may(each as never)} />
    </FormDialog>
  );
}
