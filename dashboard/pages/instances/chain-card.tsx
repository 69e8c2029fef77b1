import { useMutation } from "@tanstack/react-query";
import { usePages } from "../../api/pages.ts";
import { send } from "../../api/request.ts";
import type { Checkpoint, Instance, Verified } from "../../api/types.ts";
import { figure, n, t } from "../../i18n/index.ts";
import { Badge, Seal } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { More } from "../../parts/more.tsx";
import { Card } from "../../parts/page.tsx";
import { Answer, ErrorNote, Note } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";

/** How far the seal and the witness have come, and the proof on demand. */
export function ChainCard({ instance, brief = false }: { instance: Instance; brief?: boolean }) {
  const verify = useMutation({
    mutationFn: () => send<Verified>("POST", `/api/instances/${instance.id}/verify`, {}),
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
          witnessed: figure(acknowledged_seq),
          sealed: figure(sealed_seq - acknowledged_seq),
          open: figure(head_seq - sealed_seq),
        })}
      </p>
    </div>
  );
}

function Verdict({ result }: { result: Verified }) {
  const { status, broken_at, reason, cell, events, segments, pruned, unsealed } = result;
  if (status === "broken")
    return (
      <Note tone="bad">
        <strong>{broken_at ? t("Broken at no. {seq}.", { seq: broken_at }) : t("Broken.")}</strong> {reason}{" "}
        {cell && <code>{cell}</code>}
      </Note>
    );
  const parts = [
    n(events, "{n} event", "{n} events"),
    n(segments, "{n} signed segment", "{n} signed segments"),
    ...(pruned ? [t("{n} pruned and attested", { n: figure(pruned) })] : []),
    ...(unsealed ? [t("{n} chained, not yet signed", { n: figure(unsealed) })] : []),
  ];
  return (
    <Note tone="good">
      <strong>{t("Intact.")}</strong> {parts.join(" · ")}
    </Note>
  );
}

function Checkpoints({ instance }: { instance: Instance }) {
  const query = usePages<Checkpoint>(`/api/instances/${instance.id}/checkpoints`);
  return (
    <Card title={t("Checkpoints")} flush>
      <Answer query={query}>
        {(items) => (
          <Table
            label={t("Checkpoints")}
            items={items}
            rowKey={({ number }) => String(number)}
            empty={
              <p className="pad quiet">{t("None yet: the first is signed within a minute of the first event.")}</p>
            }
            columns={[
              { key: "number", label: t("No."), kind: "number", cell: ({ number }) => number },
              {
                key: "events",
                label: t("Events"),
                kind: "narrow",
                cell: ({ first_seq, last_seq }) => `${figure(first_seq)} – ${figure(last_seq)}`,
              },
              { key: "at", label: t("Signed"), kind: "narrow", cell: ({ sealed_at }) => <Time at={sealed_at} /> },
              { key: "hash", label: t("Hash"), cell: ({ hash }) => <Seal hash={hash} length={24} /> },
              {
                key: "signature",
                label: t("Signature"),
                cell: ({ signature }) => <Seal hash={signature} length={16} />,
                spare: true,
              },
              {
                key: "state",
                label: t("Events are"),
                kind: "narrow",
                cell: ({ purged }) => (purged ? <Badge>{t("purged")}</Badge> : <Badge tone="good">{t("here")}</Badge>),
              },
            ]}
          />
        )}
      </Answer>
      <More of={query} />
    </Card>
  );
}
