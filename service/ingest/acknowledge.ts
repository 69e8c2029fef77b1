import { randomUUID } from "node:crypto";
import { canonical } from "../chain/canonical.ts";
import { checkpointLine } from "../chain/checkpoint.ts";
import { sealInstance } from "../chain/seal.ts";
import { lastSegment } from "../store/chain-rows.ts";
import { readIngestState, sealedCursor, storeAcknowledged, storePendingNonce } from "../store/ingest-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient } from "./client.ts";

/**
 * Seals what is stored and tells Odoo so, with the newest checkpoint: Odoo is its witness, and may now forget the rows.
 * The next nonce is stored as pending before it is sent; whether Odoo took it shows on the next page. Idempotent.
 */
export async function acknowledgeInstance(store: Store, instance: Instance, client: BridgeClient): Promise<void> {
  await sealInstance(store, instance);
  await tellOdoo(store, instance, client);
}

/** The second half: acknowledges what is sealed already. */
export async function tellOdoo(store: Store, instance: Instance, client: BridgeClient): Promise<void> {
  const [sealed, segment, state] = await Promise.all([
    sealedCursor(store, instance.id),
    lastSegment(store.database, instance.id),
    readIngestState(store, instance.id),
  ]);
  if (sealed === undefined || segment === undefined || state.nonce === undefined) return; // nothing to tell yet
  if (sealed.cursor === state.acknowledged_cursor) return;
  const waiting = state.nonce_pending;
  const next = waiting === undefined || waiting === state.nonce ? randomUUID() : waiting;
  await storePendingNonce(store, instance.id, state.nonce, next);
  const payload = {
    consumer: store.keys.publicKey,
    cursor: sealed.cursor,
    checkpoint: checkpointLine(segment),
    nonce: state.nonce,
    next_nonce: next,
    ...(store.keys.handovers.length === 0 ? {} : { handovers: [...store.keys.handovers] }),
  };
  const signature = store.keys.sign(Buffer.from(canonical(payload)));
  const result = await client.acknowledge({ ...payload, signature });
  await storeAcknowledged(store, instance.id, { nonce: result.nonce, cursor: sealed.cursor, seq: sealed.seq });
}
