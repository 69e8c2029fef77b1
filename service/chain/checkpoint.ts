import type { JsonObject } from "../../odoo_addon_client/protocol.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { SegmentRow, TombstoneRow } from "../store/chain-rows.ts";
import { canonical } from "./canonical.ts";
import { CHECKPOINT, hashText, TOMBSTONE } from "./hashing.ts";

/** What a checkpoint states, in its canonical JSON body. Hashes are hex. */
export interface CheckpointBody {
  version: 1;
  organisation: string;
  instance: string;
  number: number;
  first_seq: number;
  last_seq: number;
  count: number;
  retention_days: number;
  received_on: string;
  /** hash of the event before the first one; the genesis hash before seq 1 */
  previous_hash: string;
  last_hash: string;
  merkle_root: string;
  /** hash of the checkpoint before; the genesis hash before number 1 */
  previous_checkpoint: string;
  sealed_at: string;
}

export interface TombstoneBody {
  version: 1;
  organisation: string;
  instance: string;
  number: number;
  segment_number: number;
  checkpoint: string;
  first_seq: number;
  last_seq: number;
  policy_days: number;
  actor: string;
  purged_at: string;
  /** hash of the tombstone before; the genesis hash before number 1 */
  previous_tombstone: string;
}

/** Hash and signature (Ed25519 over the hash) of a body. */
export function signCheckpoint(keys: Keyring, body: CheckpointBody): SegmentRow {
  const text = canonical(body);
  const hash = hashText(CHECKPOINT, text);
  return {
    organisation_id: body.organisation,
    number: body.number,
    first_seq: body.first_seq,
    last_seq: body.last_seq,
    retention_days: body.retention_days,
    received_on: body.received_on,
    body: text,
    hash,
    signature: keys.sign(hash),
    public_key: keys.publicKey,
    sealed_at: body.sealed_at,
  };
}

export function signTombstone(keys: Keyring, body: TombstoneBody): TombstoneRow {
  const text = canonical(body);
  const hash = hashText(TOMBSTONE, text);
  return {
    organisation_id: body.organisation,
    number: body.number,
    segment_number: body.segment_number,
    body: text,
    hash,
    signature: keys.sign(hash),
    public_key: keys.publicKey,
    purged_at: body.purged_at,
  };
}

/** A checkpoint as witnesses get it: a line of the file, the webhook's body, what Odoo keeps. */
export function checkpointLine(row: SegmentRow): JsonObject {
  return { body: row.body, hash: row.hash.toString("hex"), signature: row.signature, public_key: row.public_key };
}
