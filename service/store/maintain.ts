import type { Store } from "./types.ts";

/**
 * What PostgreSQL's background workers would do and PGlite has none of: without it dead rows of cursors and leases
 * pile up, plans go stale, and a crash replays a long log. On a PostgreSQL server there is nothing to do. Idempotent.
 */
export async function maintainStore(store: Store): Promise<void> {
  if (store.kind !== "pglite") return;
  for (const statement of ["VACUUM", "ANALYZE", "CHECKPOINT"]) await store.database.query(statement);
}
