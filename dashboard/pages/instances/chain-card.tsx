import { useMutation, useQuery } from "@tanstack/react-query";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { Checkpoint, Instance, List, VerifyResult } from "../../api/types.ts";
import { n, t } from "../../i18n/index.ts";
import { Seal } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/page.tsx";
import { Answer, ErrorNote, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";

/** How far the seal and the witness have come, and the proof on demand. */
export function ChainCard({ instance, brief = false }: { instance: Instance; brief?: boolean }) {
  const verify = useMutation({
    mutationFn: () => send<VerifyResult>("POST", `/api/instances/${instance.id}/verify`, {}),
  });
  return (
    <>
      <Card
        title={t("Chain")}
        aside={
          <Button icon="seal" busy={verify.isPending} onClick={() => verify.mutate()}>
            {t("Verify now")}
          </Button>
        }
      >
        <div className="stack">
          <Strip instance={instance} />
          {verify.isPending && <Note>{t("Recomputing every hash and signature from the stored columns…")}</Note>}
          {verify.error && <ErrorNote error={verify.error} />}
          {verify.data && <Verdict result={verify.data} />}
        </div>
      </Card>
      {!brief && <Checkpoints instance={instance} />}
    </>
  );
}

function Strip({ instance: { head_seq, sealed_seq, acknowledged_seq } }: { instance: Instance }) {
  const part = (count: number): React.CSSProperties => ({ flexGrow: Math.max(0, count) });
  return (
    <div className="chain-strip">
      <div className="chain-bar" aria-hidden="true">
        <span style={part(acknowledged_seq)} />
        <span className="sealed" style={part(sealed_seq - acknowledged_seq)} />
        <span className="open" style={part(head_seq - sealed_seq)} />
      </div>
      <p className="quiet">
        {t("{witnessed} witnessed by Odoo, {sealed} sealed, {open} waiting for their seal.", {
          witnessed: acknowledged_seq.toLocaleString(),
          sealed: (sealed_seq - acknowledged_seq).toLocaleString(),
          open: (head_seq - sealed_seq).toLocaleString(),
        })}
      </p>
    </div>
  );
}

function Verdict({ result }: { result: VerifyResult }) {
  if (!result.intact)
    return (
      <Note tone="bad">
        <strong>{result.broken_at ? t("Broken at no. {seq}", { seq: result.broken_at }) : t("Broken")}</strong>{" "}
        {result.problem}
      </Note>
    );
  return (
    <Note tone="good">
      <strong>{t("Intact.")}</strong> {n(result.events, "{n} event", "{n} events")},{" "}
      {n(result.checkpoints, "{n} checkpoint", "{n} checkpoints")}
      {result.pruned ? `, ${n(result.pruned, "{n} pruned and attested", "{n} pruned and attested")}` : ""}.
    </Note>
  );
}

function Checkpoints({ instance }: { instance: Instance }) {
  const query = useQuery(reading<List<Checkpoint>>(`/api/instances/${instance.id}/checkpoints`, { limit: 100 }));
  return (
    <Card title={t("Checkpoints")} flush>
      <Answer query={query}>
        {({ items }) => (
          <Table
            label={t("Checkpoints")}
            items={items}
            rowKey={({ seq }) => String(seq)}
            empty={
              <p className="pad quiet">{t("None yet: the first is signed within a minute of the first event.")}</p>
            }
            columns={[
              { key: "seq", label: t("Up to no."), kind: "number", cell: ({ seq }) => seq.toLocaleString() },
              { key: "at", label: t("Signed"), kind: "narrow", cell: ({ signed_at }) => <Time at={signed_at} /> },
              { key: "hash", label: t("Chain's hash"), cell: ({ hash }) => <Seal hash={hash} length={24} /> },
              {
                key: "root",
                label: t("Merkle root"),
                cell: ({ root }) => (root ? <Seal hash={root} length={16} /> : "—"),
                spare: true,
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}
