import type { Database } from "./database.ts";

/*
 * Event partitions: RANGE (retention_days, received_on), a day each up to 90 days of retention and a week (from Monday)
 * above, so that about a hundred stay alive. Named event_r90_20261121.
 */

export interface Period {
  retention_days: number;
  /** first day, and the first day after it: YYYY-MM-DD */
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The partition that an event of this class, received on this day, lies in. */
export function periodOf(retentionDays: number, receivedOn: string): Period {
  const time = Date.parse(`${receivedOn}T00:00:00Z`);
  if (retentionDays <= 90) return { retention_days: retentionDays, from: receivedOn, to: day(time + DAY_MS) };
  const monday = time - ((new Date(time).getUTCDay() + 6) % 7) * DAY_MS;
  return { retention_days: retentionDays, from: day(monday), to: day(monday + 7 * DAY_MS) };
}

export function partitionName(period: Period): string {
  return `event_r${period.retention_days}_${period.from.replaceAll("-", "")}`;
}

const known = new WeakMap<Database, Set<string>>();

/** Makes the partition if it is missing; the owner's work, outside the transaction that writes into it. Idempotent. */
export async function ensurePartition(database: Database, period: Period): Promise<void> {
  const names = known.get(database) ?? new Set<string>();
  known.set(database, names);
  const name = partitionName(period);
  if (names.has(name)) return;
  await database.ownerTransaction(async (tx) => {
    if (database.kind === "postgresql") await tx.query("SELECT pg_advisory_xact_lock(7041962)");
    const [found] = await tx.query("SELECT 1 FROM pg_class WHERE relname = $1 AND relkind IN ('r', 'p')", [name]);
    if (found) return;
    await tx.query(
      `CREATE TABLE ${name} PARTITION OF event FOR VALUES FROM (${period.retention_days}, '${period.from}') TO (${period.retention_days}, '${period.to}')`,
    );
  });
  names.add(name);
}

export function forgetPartition(database: Database, period: Period): void {
  known.get(database)?.delete(partitionName(period));
}
