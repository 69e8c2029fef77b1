import type { Category, OdooEvent, Severity } from "../../odoo_addon_client/event.ts";
import type { Identity } from "../../odoo_addon_client/protocol.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Database } from "./database.ts";

/*
 * Terms
 *   organisation  who owns evidence; everything carries its id (one default organisation for now)
 *   instance      one Odoo database, and the chain of its events; `seq` counts from 1 without a hole
 *   batch         what one pull wrote, in one transaction with the cursor
 *   segment       a run of events of one partition, closed by a signed checkpoint; what retention purges whole
 *   tombstone     the signed, chained note that says which segment was purged, by whom and why
 *   witness       a place outside the database that holds the checkpoints: a file, a webhook, Odoo itself
 *   fence         a number that grows with each change of a lease's holder; an old holder's writes are refused
 */

export type Clock = () => Date;

export interface OpenStoreOptions {
  /** PostgreSQL when given (`postgres://…`), else PGlite in `dataDir/store` */
  databaseUrl?: string | undefined;
  /** the role that migrates, makes partitions and purges; `databaseUrl` when absent */
  ownerDatabaseUrl?: string | undefined;
  /** folder of the embedded store, the checkpoint files and, without `secretKey`, the generated key */
  dataDir: string;
  /** VIGIL_SECRET_KEY; when absent, read from or generated into `dataDir/secret.key` (0600) */
  secretKey?: string | undefined;
  clock?: Clock | undefined;
  /** every checkpoint is posted here as JSON; what it does not take is posted again with the next sealing */
  checkpointWebhook?: string | undefined;
  /** every new checkpoint is appended here; `dataDir/checkpoints/INSTANCE.ndjson` when absent */
  checkpointFile?: string | undefined;
}

export interface Store {
  readonly kind: "pglite" | "postgresql";
  readonly dataDir: string;
  readonly organisationId: string;
  readonly clock: Clock;
  readonly instances: Instances;
  readonly events: Events;
  /** for the modules of `service/store` only */
  readonly database: Database;
  readonly keys: Keyring;
  readonly checkpointWebhook: string | undefined;
  readonly checkpointFile: string | undefined;
  /** work that nobody waits for (the webhook); closing does */
  readonly background: Set<Promise<void>>;
  close(): Promise<void>;
}

export type InstanceState = "active" | "quarantined" | "removed";

export interface NewInstance {
  name: string;
  url: string;
  db: string;
  login: string;
  /** API key or password; encrypted before it is stored, never part of an Instance */
  key: string;
  /** accept a certificate that no authority signed */
  insecure?: boolean;
}

export interface Instance {
  id: string;
  organisation_id: string;
  name: string;
  url: string;
  db: string;
  login: string;
  insecure: boolean;
  state: InstanceState;
  /** one sentence: why it is quarantined */
  state_reason?: string;
  /** pinned by the first page; absent before */
  identity?: Identity;
  odoo_version?: string;
  addon_version?: string;
  cursor?: string;
  schema_version?: string;
  /** what Odoo says of its capture, and what is wrong with the webhook */
  warnings: string[];
  /** posts in a row that the checkpoint webhook did not take; absent when it took the last one */
  webhook_failures?: number;
  /** age of the newest page's oldest event when it was stored, seconds */
  lag_seconds?: number;
  /** last stored event; 0 before the first */
  head_seq: number;
  sealed_seq: number;
  acknowledged_seq: number;
  /** what the last attempt to pull failed with; absent after a success */
  last_error?: string;
  last_pull_at?: string;
  created_at: string;
}

export interface Instances {
  /** throws InstanceExistsError */
  add(instance: NewInstance): Promise<Instance>;
  /** those not removed, by name */
  list(): Promise<Instance[]>;
  /** throws InstanceUnknownError */
  get(name: string): Promise<Instance>;
  /** stops its pulling and forgets its credential; its events stay until retention takes them */
  remove(name: string): Promise<void>;
  update(name: string, change: InstanceChange): Promise<Instance>;
  /** the decrypted API key or password; never log it */
  credential(name: string): Promise<string>;
}

export interface InstanceChange {
  url?: string;
  db?: string;
  login?: string;
  key?: string;
  insecure?: boolean;
  state?: InstanceState;
  state_reason?: string | null;
  warnings?: string[];
  odoo_version?: string;
  addon_version?: string;
  lag_seconds?: number;
  last_error?: string | null;
}

/** An event as it lies in the store: what Odoo told, its place in the chain, and the chain's hash at that place. */
export interface StoredEvent extends OdooEvent {
  /** name of the instance */
  instance: string;
  seq: number;
  /** ISO 8601 UTC, microseconds */
  received_at: string;
  /** SHA-256, hex */
  hash: string;
}

/** All given conditions must hold. `from` and `to` are ISO 8601, on `occurred_at`, both inclusive. */
export interface EventFilter {
  instance?: string | undefined;
  model?: string | undefined;
  record_id?: number | undefined;
  /** login */
  user?: string | undefined;
  kind?: string | undefined;
  category?: Category | undefined;
  severity?: Severity | undefined;
  transaction?: string | undefined;
  correlation_id?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** events after this seq, for paging within one instance */
  after_seq?: number | undefined;
  /** absent: all of them, read page by page */
  limit?: number | undefined;
}

export interface Events {
  /** ascending `seq`; over several instances by day received, then seq */
  query(filter: EventFilter): AsyncIterable<StoredEvent>;
  /** the newest stored event, of one instance or of all */
  latest(instance?: string): Promise<StoredEvent | undefined>;
  /** how many match, without reading them */
  count(filter: EventFilter): Promise<number>;
}
