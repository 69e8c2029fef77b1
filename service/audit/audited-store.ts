import type { Database, Transaction } from "../store/database.ts";
import { storeThrough } from "../store/scope.ts";
import type { Store } from "../store/types.ts";
import type { AuditEntry } from "./entry.ts";
import { writeAudit } from "./write.ts";

export type EntryOf = AuditEntry | ((tx: Transaction) => Promise<AuditEntry> | AuditEntry);

const CHANGES = /^\s*(insert|update|delete)\b/i;

/**
 * The same store, whose first change carries the audit entry in its own transaction: any verb of the store becomes an
 * audited one, and neither the thing nor its entry can be there alone. `written()`: has it happened?
 */
export function auditedStore(store: Store, entry: EntryOf): { store: Store; written(): boolean } {
  let done = false;
  const { database } = store;
  const within =
    <T>(work: (tx: Transaction) => Promise<T>) =>
    async (tx: Transaction): Promise<{ result: T; wrote: boolean }> => {
      let changed = false;
      const watched: Transaction = {
        query: (sql, parameters) => {
          changed ||= CHANGES.test(sql);
          return tx.query(sql, parameters);
        },
        copyIn: (sql, text) => tx.copyIn(sql, text),
      };
      const result = await work(watched);
      if (done || !changed) return { result, wrote: false };
      await writeAudit(tx, typeof entry === "function" ? await entry(tx) : entry);
      return { result, wrote: true };
    };
  // marked after the commit: a transaction that failed leaves the entry to the next one
  const settle = async <T>(run: Promise<{ result: T; wrote: boolean }>): Promise<T> => {
    const { result, wrote } = await run;
    done ||= wrote;
    return result;
  };
  const audited: Database = {
    ...database,
    kind: database.kind,
    query: (sql, parameters) =>
      !done && CHANGES.test(sql)
        ? audited.transaction((tx) => tx.query(sql, parameters))
        : database.query(sql, parameters),
    transaction: (work) => settle(database.transaction(within(work))),
    ownerTransaction: (work) => settle(database.ownerTransaction(within(work))),
    copyOut: (sql) => database.copyOut(sql),
    close: () => database.close(),
  };
  return { store: storeThrough(store, audited), written: () => done };
}
