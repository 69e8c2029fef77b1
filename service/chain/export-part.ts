import { readHashes } from "../store/event-rows.ts";
import { readMatchingRows } from "../store/export-rows.ts";
import type { TrailFilter } from "../store/trail-filter.ts";
import type { Instance, Store } from "../store/types.ts";
import { checkpointLine } from "./checkpoint.ts";
import { takeStock } from "./export-stretches.ts";
import { HASH_BYTES } from "./hashing.ts";
import { merkleLevels, merkleProof } from "./merkle.ts";
import { toRecord } from "./record.ts";

/**
 * A part of a chain as lines of JSON, each event with what proves it (docs/chain.md, "A part of a chain"): the hash
 * before it, and its way to the root that a checkpoint signs. What is not sealed yet has no way, and says so.
 */
export async function* exportPart(store: Store, instance: Instance, filter: TrailFilter): AsyncGenerator<string> {
  const stock = await takeStock(store, instance);
  yield JSON.stringify({
    type: "instance",
    partial: true,
    filter,
    name: instance.name,
    instance: instance.id,
    organisation: stock.organisation,
    head_seq: stock.head.seq,
    ...(store.keys.handovers.length === 0 ? {} : { handovers: store.keys.handovers }),
    head_hash: stock.head.hash,
    exported_at: store.clock().toISOString(),
  });
  const earliest = filter.from === undefined ? "" : dayBefore(filter.from);
  for (const stretch of stock.stretches) {
    if (stretch.received_on < earliest) continue;
    const { segment } = stretch;
    let levels: Buffer[] | undefined;
    for await (const rows of readMatchingRows(store, instance.id, stretch, filter)) {
      while (rows.next()) {
        const { commitments, hash, ...columns } = toRecord(rows);
        const event = {
          type: "event",
          ...columns,
          commitments: commitments.toString("hex"),
          hash: hash.toString("hex"),
        };
        if (segment === undefined) {
          yield JSON.stringify({ ...event, unsealed: true });
          continue;
        }
        if (levels === undefined) {
          levels = merkleLevels(await readHashes(store, instance.id, stretch));
          yield JSON.stringify({ type: "checkpoint", ...checkpointLine(segment) });
        }
        const index = columns.seq - stretch.first_seq;
        const { previous_hash } = JSON.parse(segment.body) as { previous_hash: string };
        yield JSON.stringify({
          ...event,
          proof: {
            checkpoint: segment.number,
            previous_hash:
              index === 0 ? previous_hash : levels[0]!.toString("hex", (index - 1) * HASH_BYTES, index * HASH_BYTES),
            merkle: merkleProof(levels, index),
          },
        });
      }
    }
  }
}

const dayBefore = (time: string): string => new Date(Date.parse(time) - 86_400_000).toISOString().slice(0, 10);
