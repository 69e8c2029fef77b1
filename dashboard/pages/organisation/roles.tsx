import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import "./organisation.css";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { List, Role } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { n, t } from "../../i18n/index.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Answer, NotAllowed } from "../../parts/states.tsx";
import { toast } from "../../parts/toast.tsx";
import { PermissionList } from "./permission-list.tsx";
import { permissionsQuery } from "./permissions-query.ts";

/** A matrix: what each role may, at one glance; one's own roles can be changed. */
export function RolesPage() {
  const may = useMay();
  const client = useQueryClient();
  const allowed = may("manage:roles");
  const query = useQuery({ ...reading<List<Role>>("/api/roles"), enabled: allowed });
  const permissions = useQuery({ ...permissionsQuery, enabled: allowed }).data?.items ?? [];
  const [editing, setEditing] = useState<Partial<Role>>();
  const [deleting, setDeleting] = useState<Role>();
  if (!allowed) return <NotAllowed what="manage:roles" />;
  const refresh = () => client.invalidateQueries({ queryKey: ["/api/roles"] });
  return (
    <Page
      title={t("Roles")}
      lead={t(
        "A role is a set of permissions. The five that come with Vigil stay as they are; make your own beside them.",
      )}
      actions={
        <Button kind="primary" icon="plus" onClick={() => setEditing({ name: "", description: "", permissions: [] })}>
          {t("New role")}
        </Button>
      }
    >
      <Answer query={query}>
        {({ items }) => (
          <>
            <Card flush>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <section className="matrix-wrap" tabIndex={0} aria-label={t("Permissions of the roles")}>
                <table className="matrix" aria-label={t("Permissions of the roles")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("Permission")}</th>
                      {items.map(({ id, name, members, system }) => (
                        <th key={id} scope="col">
                          {t(name)}
                          <span className="quiet">{n(members, "{n} member", "{n} members")}</span>
                          {!system && <Badge tone="accent">{t("own")}</Badge>}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {permissions.map(({ name, allows }) => (
                      <tr key={name}>
                        <th scope="row">
                          <code>{name}</code>
                          <span className="quiet">{t(allows)}</span>
                        </th>
                        {items.map((role) => {
                          const has = role.permissions.includes(name as (typeof role.permissions)[number]);
                          return (
                            <td key={role.id} className={has ? "yes" : "no"}>
                              {has ? <Icon name="check" /> : <span aria-hidden="true">·</span>}
                              <span className="visually-hidden">{has ? t("yes") : t("no")}</span>
                            </td>
                          );
                        })}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            </Card>
            {items.some(({ system }) => !system) && (
              <Card title={t("Own roles")}>
                <ul className="stack">
                  {items
                    .filter(({ system }) => !system)
                    .map((role) => (
                      <li key={role.id} className="row">
                        <strong>{role.name}</strong> <span className="quiet">{role.description}</span>
                        <Button className="small" onClick={() => setEditing(role)}>
                          {t("Change")}
                        </Button>
                        <Button className="small" kind="danger" onClick={() => setDeleting(role)}>
                          {t("Delete")}
                        </Button>
                      </li>
                    ))}
                </ul>
              </Card>
            )}
          </>
        )}
      </Answer>
      {editing && <RoleForm role={editing} onClose={() => setEditing(undefined)} onDone={refresh} />}
      {deleting && (
        <Confirm
          title={t("Delete the role {name}?", { name: deleting.name })}
          action={t("Delete")}
          run={() => send("DELETE", `/api/roles/${deleting.id}`)}
          onClose={() => setDeleting(undefined)}
          onDone={() => {
            setDeleting(undefined);
            void refresh();
          }}
        >
          {t("Nobody may have it any more.")}
        </Confirm>
      )}
    </Page>
  );
}

function RoleForm({ role, onClose, onDone }: { role: Partial<Role>; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(role.name ?? "");
  const [description, setDescription] = useState(role.description ?? "");
  const [permissions, setPermissions] = useState<string[]>(role.permissions ?? []);
  const body = { name, description, permissions };
  const work = useMutation({
    mutationFn: () => (role.id ? send("PATCH", `/api/roles/${role.id}`, body) : send("POST", "/api/roles", body)),
    onSuccess: () => {
      toast(t("Saved."));
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog
      title={role.id ? t("Change the role") : t("New role")}
      action={t("Save")}
      work={work}
      onClose={onClose}
      size="wide"
    >
      <TextField
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        required
        maxLength={80}
        autoFocus
      />
      <TextField
        label={t("What it is for")}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        maxLength={400}
      />
      <PermissionList chosen={permissions} onChange={setPermissions} />
    </FormDialog>
  );
}
