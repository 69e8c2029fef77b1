import {
  type BatchRow,
  readBatches,
  readRows,
  readSegments,
  readStoredHead,
  readTombstones,
} from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { type CheckpointBody, checkpointLine } from "./checkpoint.ts";
import { toRecord } from "./record.ts";

/**
 * The whole chain of an instance as lines of JSON, for `tools/verify_chain.py` and anybody else's verifier:
 * the instance, its checkpoints and tombstones, then every event by column. The form is described in docs/chain.md.
 */
export async function* exportChain(store: Store, instance: Instance): AsyncGenerator<string> {
  const head = await readStoredHead(store.database, instance.id);
  const segments = (await readSegments(store.database, instance.id)).filter((segment) => segment.last_seq <= head.seq);
  const tombstones = await readTombstones(store.database, instance.id);
  yield JSON.stringify({
    type: "instance",
    name: instance.name,
    instance: instance.id,
    organisation: head.organisation_id,
    head_seq: head.seq,
    ...(store.keys.handovers.length === 0 ? {} : { handovers: store.keys.handovers }),
    head_hash: head.hash.toString("hex"),
  });
  for (const segment of segments) yield JSON.stringify({ type: "checkpoint", ...checkpointLine(segment) });
  for (const stone of tombstones) {
    const { body, signature, public_key } = stone;
    yield JSON.stringify({ type: "tombstone", body, hash: stone.hash.toString("hex"), signature, public_key });
  }
  const purged = new Set(tombstones.map((stone) => stone.segment_number));
  const stretches: (CheckpointBody | BatchRow)[] = segments
    .filter((segment) => !purged.has(segment.number))
    .map((segment) => JSON.parse(segment.body) as CheckpointBody);
  stretches.push(
    ...(await readBatches(store.database, instance.id, segments.at(-1)?.last_seq ?? 0)).filter(
      (batch) => batch.last_seq <= head.seq,
    ),
  );
  for (const stretch of stretches) {
    for await (const rows of readRows(store, instance.id, stretch)) {
      while (rows.next()) {
        const { commitments, hash, ...columns } = toRecord(rows);
        yield JSON.stringify({
          type: "event",
          ...columns,
          commitments: commitments.toString("hex"),
          hash: hash.toString("hex"),
        });
      }
    }
  }
}
