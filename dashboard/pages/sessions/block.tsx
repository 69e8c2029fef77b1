import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { Instance, List, TrailEvent } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Say } from "../../i18n/say.tsx";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Card } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";

const trailOf = ({ id }: Instance) => `/api/instances/${id}/audit-trail`;

/** Refuses a user's logins and ends what is open, or takes that back; either way with a reason. */
export function Block(props: { instance: Instance; login: string; blocked: boolean; onClose: () => void }) {
  const { instance, login, blocked, onClose } = props;
  const client = useQueryClient();
  return (
    <Confirm
      title={blocked ? t("Block {name}?", { name: login }) : t("Unblock {name}?", { name: login })}
      action={blocked ? t("Block") : t("Unblock")}
      danger={blocked}
      reason
      run={(reason) => send("POST", `/api/instances/${instance.id}/sessions/block`, { user: login, blocked, reason })}
      onClose={onClose}
      onDone={() => {
        onClose();
        toast(
          blocked
            ? t("{name} is blocked: sessions are ended, and new ones refused.", { name: login })
            : t("{name} may sign in to Odoo again.", { name: login }),
        );
        void client.invalidateQueries();
      }}
    >
      {blocked
        ? t("All sessions end, and signing in is refused until somebody unblocks the user.")
        : t("Signing in is possible again at once.")}
    </Confirm>
  );
}

/** Who is blocked now, as the evidence tells it: the newest of each user's blockings and unblockings. */
export function BlockedUsers({ instance }: { instance: Instance }) {
  const may = useMay();
  const enabled = may("view:audit_logs") && may("end:sessions");
  const told = (kind: string) => ({
    ...reading<List<TrailEvent>>(trailOf(instance), { kind, limit: 200 }),
    enabled,
    refetchInterval: 15_000,
  });
  const blocked = useQuery(told("user.blocked")).data?.items ?? [];
  const unblocked = useQuery(told("user.unblocked")).data?.items ?? [];
  const [freeing, setFreeing] = useState<string>();
  const newest = new Map<string, TrailEvent>();
  for (const event of [...blocked, ...unblocked].sort((a, b) => a.seq - b.seq)) {
    newest.set(String(event.details?.login ?? ""), event);
  }
  const now = [...newest].filter(([, { kind }]) => kind === "user.blocked");
  if (now.length === 0) return null;
  return (
    <Card title={t("Blocked users")}>
      <ul className="stack">
        {now.map(([login, { occurred_at, details }]) => (
          <li key={login} className="row">
            <strong>{login}</strong>
            <span className="quiet">
              <Say text="since {time}" time={<Time at={occurred_at} />} />
              {details?.reason ? ` · ${String(details.reason)}` : ""}
            </span>
            <Button className="small" onClick={() => setFreeing(login)}>
              {t("Unblock")}
            </Button>
          </li>
        ))}
      </ul>
      {freeing && <Block instance={instance} login={freeing} blocked={false} onClose={() => setFreeing(undefined)} />}
    </Card>
  );
}
