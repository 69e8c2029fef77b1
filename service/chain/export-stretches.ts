import {
  readBatches,
  readSegments,
  readStoredHead,
  readTombstones,
  type SegmentRow,
  type Stretch,
  type TombstoneRow,
} from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { CheckpointBody } from "./checkpoint.ts";

/** What there is to export of an instance, as it was when asked. */
export interface Stock {
  organisation: string;
  head: { seq: number; hash: string };
  segments: SegmentRow[];
  tombstones: TombstoneRow[];
  /** sealed and not purged, then the batches that are not sealed yet; ascending */
  stretches: (Stretch & { segment?: SegmentRow })[];
}

export async function takeStock(store: Store, instance: Instance): Promise<Stock> {
  const head = await readStoredHead(store.database, instance.id);
  const segments = (await readSegments(store.database, instance.id)).filter((segment) => segment.last_seq <= head.seq);
  const tombstones = await readTombstones(store.database, instance.id);
  const purged = new Set(tombstones.map((stone) => stone.segment_number));
  const sealed = segments.filter((segment) => !purged.has(segment.number));
  const unsealed = await readBatches(store.database, instance.id, segments.at(-1)?.last_seq ?? 0);
  return {
    organisation: head.organisation_id,
    head: { seq: head.seq, hash: head.hash.toString("hex") },
    segments,
    tombstones,
    stretches: [
      ...sealed.map((segment) => ({ ...(JSON.parse(segment.body) as CheckpointBody), segment })),
      ...unsealed.filter((batch) => batch.last_seq <= head.seq),
    ],
  };
}
