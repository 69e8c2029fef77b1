import { randomUUID } from "node:crypto";
import type { Identity } from "../../odoo_addon_client/protocol.ts";
import { genesisHash } from "../chain/hashing.ts";
import { microseconds } from "../chain/record.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Database, Row, Transaction } from "./database.ts";
import { InstanceExistsError, InstanceUnknownError } from "./errors.ts";
import type { Clock, Instance, InstanceChange, Instances, NewInstance, Store } from "./types.ts";

const SELECT = `SELECT i.*, coalesce((SELECT max(s.last_seq) FROM segment s WHERE s.instance_id = i.id), 0) AS sealed_seq
  FROM instance i WHERE i.organisation_id = $1 AND i.state <> 'removed' AND i.kind = 'odoo'`;
/** What `update` may touch; everything else of an instance belongs to ingest. */
const CHANGEABLE = [
  "url",
  "db",
  "login",
  "insecure",
  "state",
  "state_reason",
  "odoo_version",
  "addon_version",
  "lag_seconds",
  "last_error",
] as const;

export function makeInstances(database: Database, keys: Keyring, organisationId: string, clock: Clock): Instances {
  const get = async (name: string): Promise<Instance> => {
    const [row] = await database.query(`${SELECT} AND i.name = $2`, [organisationId, name]);
    if (row === undefined) throw new InstanceUnknownError(name);
    return toInstance(row);
  };
  const storeKey = async (tx: Transaction, instanceId: string, key: string): Promise<void> => {
    const id = randomUUID();
    await tx.query("DELETE FROM credential WHERE instance_id = $1", [instanceId]);
    await tx.query(
      "INSERT INTO credential (id, organisation_id, instance_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5)",
      [id, organisationId, instanceId, keys.seal(key, id), clock().toISOString()],
    );
  };
  return {
    get,
    async add(instance: NewInstance) {
      const id = randomUUID();
      try {
        await database.transaction(async (tx) => {
          await tx.query(
            `INSERT INTO instance (id, organisation_id, name, url, db, login, insecure, head_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
            [
              id, organisationId, instance.name, instance.url, instance.db, instance.login, instance.insecure ?? false,
              genesisHash(organisationId, id), clock().toISOString(),
            ], // biome-ignore format: as the statement reads
          );
          await storeKey(tx, id, instance.key);
        });
      } catch (error) {
        if ((error as { code?: string }).code === "23505") throw new InstanceExistsError(instance.name);
        throw error;
      }
      return get(instance.name);
    },
    async list() {
      return (await database.query(`${SELECT} ORDER BY i.name`, [organisationId])).map(toInstance);
    },
    async remove(name) {
      const { id } = await get(name);
      await database.transaction(async (tx) => {
        await tx.query("DELETE FROM credential WHERE instance_id = $1", [id]);
        await tx.query("UPDATE instance SET state = 'removed', removed_at = $2 WHERE id = $1", [
          id,
          clock().toISOString(),
        ]);
      });
    },
    async update(name, change: InstanceChange) {
      const { id } = await get(name);
      const columns = CHANGEABLE.filter((column) => change[column] !== undefined);
      await database.transaction(async (tx) => {
        if (columns.length > 0) {
          await tx.query(
            `UPDATE instance SET ${columns.map((column, i) => `${column} = $${i + 2}`).join(", ")} WHERE id = $1`,
            [id, ...columns.map((column) => change[column])],
          );
        }
        if (change.warnings !== undefined) {
          await tx.query("UPDATE instance SET warnings = $2::json WHERE id = $1", [
            id,
            JSON.stringify(change.warnings),
          ]);
        }
        if (change.key !== undefined) await storeKey(tx, id, change.key);
      });
      return get(name);
    },
    async credential(name) {
      const { id } = await get(name);
      const [row] = await database.query<{ id: string; sealed: Buffer }>(
        "SELECT id, sealed FROM credential WHERE instance_id = $1",
        [id],
      );
      if (row === undefined) throw new InstanceUnknownError(name);
      return keys.open(row.sealed, row.id);
    },
  };
}

/** An Odoo's instance by its id, removed ones included: evidence outlives a removal. Throws InstanceUnknownError. */
export function findInstance(store: Store, id: string): Promise<Instance> {
  return findBy(store, id, "AND i.kind = 'odoo'");
}

/** As findInstance, the internal one of the own audit log included: for what cares for every chain alike. */
export function findAnyInstance(store: Store, id: string): Promise<Instance> {
  return findBy(store, id, "");
}

async function findBy(store: Store, id: string, condition: string): Promise<Instance> {
  const [row] = await store.database.query(
    `SELECT i.*, coalesce((SELECT max(s.last_seq) FROM segment s WHERE s.instance_id = i.id), 0) AS sealed_seq
     FROM instance i WHERE i.organisation_id = $1 AND i.id = $2 ${condition}`,
    [store.organisationId, id],
  );
  if (row === undefined) throw new InstanceUnknownError(id);
  return toInstance(row);
}

function toInstance(row: Row): Instance {
  const optional = (key: string): Row => (row[key] === null ? {} : { [key]: row[key] });
  return {
    id: row.id as string,
    organisation_id: row.organisation_id as string,
    name: row.name as string,
    url: row.url as string,
    db: row.db as string,
    login: row.login as string,
    insecure: row.insecure as boolean,
    state: row.state as Instance["state"],
    ...optional("state_reason"),
    ...(row.identity === null ? {} : { identity: JSON.parse(row.identity as string) as Identity }),
    ...optional("odoo_version"),
    ...optional("addon_version"),
    ...optional("cursor"),
    ...optional("schema_version"),
    warnings: [...(JSON.parse(row.warnings as string) as string[]), ...webhookWarning(row)],
    ...(row.webhook_failures === 0 ? {} : { webhook_failures: row.webhook_failures as number }),
    ...optional("lag_seconds"),
    head_seq: Number(row.head_seq),
    sealed_seq: Number(row.sealed_seq),
    acknowledged_seq: Number(row.acknowledged_seq),
    ...optional("last_error"),
    ...(row.last_pull_at === null ? {} : { last_pull_at: microseconds(row.last_pull_at as string) }),
    created_at: microseconds(row.created_at as string),
  };
}

function webhookWarning({ webhook_failures: failures, webhook_error: error }: Row): string[] {
  if (failures === 0) return [];
  const times = failures === 1 ? "did not take the last checkpoints" : `failed ${String(failures)} times in a row`;
  return [`The checkpoint webhook ${times} (${String(error)}); it gets what it missed when it answers again.`];
}

export interface InstanceRef {
  id: string;
  name: string;
  head_seq: number;
  /** how many segments were purged */
  tombstones: number;
  /** the newest segment: an erasure ends with one */
  segments: number;
}

/** What a page of an instance's trail needs, at a fifth of the cost: by id or name, removed ones by id. */
export async function findInstanceRef(store: Store, idOrName: string): Promise<InstanceRef> {
  const byId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrName);
  const [row] = await store.database.query<InstanceRef>(
    `SELECT id, name, head_seq, coalesce((SELECT max(number) FROM tombstone t WHERE t.instance_id = instance.id), 0) AS tombstones, coalesce((SELECT max(number) FROM segment s WHERE s.instance_id = instance.id), 0) AS segments FROM instance WHERE organisation_id = $1 AND kind = 'odoo' AND ${byId ? "id = $2::uuid" : "name = $2 AND state <> 'removed'"}`,
    [store.organisationId, idOrName],
  );
  if (row === undefined) throw new InstanceUnknownError(idOrName);
  return row;
}
