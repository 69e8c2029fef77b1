import { hostname } from "node:os";
import type { Transaction } from "./database.ts";
import { LeaseError } from "./errors.ts";
import type { Store } from "./types.ts";

/*
 * A lease says who pulls an instance; its fence grows with every change of hands. Who writes proves in the same
 * transaction that its fence still holds: a process that slept through its lease writes nothing.
 */
export interface Lease {
  instance_id: string;
  holder: string;
  fence: number;
}

export const LEASE_MS = 120_000;

/** The name a lease is taken in: whoever finds it later can tell whether its process still lives. */
export function holderName(purpose = "service"): string {
  return `${hostname()}:${process.pid}:${purpose}`;
}

/** Takes or prolongs the lease; undefined while somebody else, who is alive as far as can be told, holds it. */
export async function takeLease(store: Store, instanceId: string, holder: string): Promise<Lease | undefined> {
  const taken = await tryLease(store, instanceId, holder);
  if (taken !== undefined) return taken;
  const [other] = await store.database.query<Lease>(
    "SELECT instance_id, holder, fence FROM lease WHERE instance_id = $1",
    [instanceId],
  );
  if (other === undefined || !isDead(other.holder)) return undefined;
  // killed before it could give it back: two minutes of waiting would help nobody. Were it alive after all (a process
  // of another container under the same host name), the fence keeps it from writing.
  await releaseLease(store, other);
  return tryLease(store, instanceId, holder);
}

/** A holder of this host whose process is no more. */
export function isDead(holder: string): boolean {
  const [, host, pid] = /^(.*?):(\d+)(:|$)/.exec(holder) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

async function tryLease(store: Store, instanceId: string, holder: string): Promise<Lease | undefined> {
  const now = store.clock();
  const [row] = await store.database.query<Lease>(
    `INSERT INTO lease AS l (instance_id, holder, fence, expires_at) VALUES ($1, $2, 1, $4)
     ON CONFLICT (instance_id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
       fence = l.fence + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END
     WHERE l.holder = excluded.holder OR l.expires_at < $3
     RETURNING instance_id, holder, fence`,
    [instanceId, holder, now.toISOString(), new Date(now.getTime() + LEASE_MS).toISOString()],
  );
  return row;
}

/** Gives it back, so that others need not wait for its end. */
export async function releaseLease(store: Store, lease: Lease): Promise<void> {
  await store.database.query("UPDATE lease SET expires_at = $4 WHERE instance_id = $1 AND holder = $2 AND fence = $3", [
    lease.instance_id,
    lease.holder,
    lease.fence,
    new Date(0).toISOString(),
  ]);
}

/** Throws LeaseError unless the lease is still ours; prolongs it, and holds its row until the transaction ends. */
export async function proveLease(tx: Transaction, lease: Lease, now: Date): Promise<void> {
  const [row] = await tx.query(
    "UPDATE lease SET expires_at = $4 WHERE instance_id = $1 AND holder = $2 AND fence = $3 RETURNING 1",
    [lease.instance_id, lease.holder, lease.fence, new Date(now.getTime() + LEASE_MS).toISOString()],
  );
  if (row === undefined) {
    throw new LeaseError("Another service took this instance over: nothing was written here, and nothing is lost.");
  }
}
