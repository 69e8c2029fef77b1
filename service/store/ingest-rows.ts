import type { Identity } from "../../odoo_addon_client/protocol.ts";
import type { Store } from "./types.ts";

/* What ingest keeps of an instance beside its chain: nonces, schema, acknowledgement. Each call is one statement. */

export interface IngestState {
  identity: Identity | undefined;
  nonce: string | undefined;
  nonce_pending: string | undefined;
  schema_version: string | undefined;
  schema_body: string | undefined;
  skip_doubles: boolean;
  acknowledged_cursor: string | undefined;
}

export async function readIngestState(store: Store, instanceId: string): Promise<IngestState> {
  const [row] = await store.database.query<Record<keyof IngestState, string | boolean | null>>(
    `SELECT i.identity, i.nonce, i.nonce_pending, i.schema_version, i.skip_doubles, i.acknowledged_cursor, s.body AS schema_body
     FROM instance i LEFT JOIN instance_schema s ON s.instance_id = i.id AND s.version = i.schema_version WHERE i.id = $1`,
    [instanceId],
  );
  const text = (key: keyof IngestState): string | undefined => (row![key] as string | null) ?? undefined;
  const identity = text("identity");
  return {
    identity: identity === undefined ? undefined : (JSON.parse(identity) as Identity),
    nonce: text("nonce"),
    nonce_pending: text("nonce_pending"),
    schema_version: text("schema_version"),
    schema_body: text("schema_body"),
    skip_doubles: row!.skip_doubles as boolean,
    acknowledged_cursor: text("acknowledged_cursor"),
  };
}

/** Stops the pulling of an instance until a person accepts it; the first reason stays. */
export async function quarantine(store: Store, instanceId: string, reason: string): Promise<void> {
  await store.database.query(
    "UPDATE instance SET state = 'quarantined', state_reason = $2 WHERE id = $1 AND state = 'active'",
    [instanceId, reason],
  );
}

/** Before it is sent: after a crash Odoo may have taken it or not, and either is ours. */
export async function storePendingNonce(store: Store, instanceId: string, nonce: string, next: string): Promise<void> {
  await store.database.query("UPDATE instance SET nonce = $2, nonce_pending = $3 WHERE id = $1", [
    instanceId,
    nonce,
    next,
  ]);
}

export async function storeAcknowledged(
  store: Store,
  instanceId: string,
  done: { nonce: string; cursor: string; seq: number },
): Promise<void> {
  await store.database.query(
    "UPDATE instance SET nonce = $2, nonce_pending = NULL, acknowledged_cursor = $3, acknowledged_seq = $4 WHERE id = $1 AND acknowledged_seq <= $4",
    [instanceId, done.nonce, done.cursor, done.seq],
  );
}

/** Cursor of the newest batch that the segments cover, and where it ends. */
export async function sealedCursor(
  store: Store,
  instanceId: string,
): Promise<{ cursor: string; seq: number } | undefined> {
  const [row] = await store.database.query<{
    cursor: string | null;
    head: string | null;
    last_seq: number;
    head_seq: number;
  }>(
    `SELECT b.cursor, i.cursor AS head, b.last_seq, i.head_seq FROM instance i JOIN batch b ON b.instance_id = i.id
     WHERE i.id = $1 AND b.last_seq <= (SELECT max(last_seq) FROM segment WHERE instance_id = $1) ORDER BY b.batch_no DESC LIMIT 1`,
    [instanceId],
  );
  if (row === undefined) return undefined;
  // pages without events move the cursor without a batch: all sealed means that the head's cursor is covered, too
  const cursor = row.last_seq === row.head_seq ? (row.head ?? row.cursor) : row.cursor;
  return cursor === null ? undefined : { cursor, seq: row.last_seq };
}

/** Those of `sourceIds` that the store has, searched among the events of that time. */
export async function findKnown(
  store: Store,
  instanceId: string,
  sourceIds: string[],
  from: string,
  to: string,
): Promise<Set<string>> {
  const rows = await store.database.query<{ source_id: string }>(
    `SELECT source_id FROM event WHERE instance_id = $1 AND occurred_at BETWEEN $2 AND $3 AND source_id = ANY($4::text[])`,
    [instanceId, from, to, sourceIds],
  );
  return new Set(rows.map((row) => row.source_id));
}

/** Another database took the place: identity and nonces as it says, cursor empty, doubles left out until drained. */
export async function storeRestored(store: Store, instanceId: string, identity: Identity): Promise<void> {
  await store.database.query(
    `UPDATE instance SET state = 'active', state_reason = NULL, identity = $2::json, nonce = $3, nonce_pending = NULL, cursor = NULL,
       acknowledged_cursor = NULL, skip_doubles = true WHERE id = $1`,
    [instanceId, JSON.stringify(identity), identity.nonce],
  );
}
