import { readdirSync, readFileSync } from "node:fs";
import type { Database, Transaction } from "./database.ts";
import { StoreError } from "./errors.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
/** any number: services that start together migrate one after the other */
const MIGRATION_LOCK = 7_041_964;

/** Brings the schema up to date; each migration in a transaction of its own. Idempotent. */
export async function migrate(database: Database, now: Date): Promise<void> {
  await database.ownerTransaction(async (tx) => {
    await lock(tx, database.kind);
    await tx.query(
      "CREATE TABLE IF NOT EXISTS migration (number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL)",
    );
  });
  const files = readdirSync(FOLDER)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort();
  const newest = Number(files.at(-1)!.slice(0, 3));
  for (const name of files) {
    const number = Number(name.slice(0, 3));
    await database.ownerTransaction(async (tx) => {
      await lock(tx, database.kind);
      const [state] = await tx.query<{ newest: number | null; done: boolean | null }>(
        "SELECT max(number) AS newest, bool_or(number = $1) AS done FROM migration",
        [number],
      );
      if ((state?.newest ?? 0) > newest) {
        throw new StoreError(
          "This store was written by a newer Vigil: start that version, or restore a backup of the older one.",
        );
      }
      if (state?.done) return;
      for (const statement of statements(readFileSync(new URL(name, FOLDER), "utf8"))) await tx.query(statement);
      await tx.query("INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)", [
        number,
        name,
        now.toISOString(),
      ]);
    });
  }
}

async function lock(tx: Transaction, kind: Database["kind"]): Promise<void> {
  if (kind === "postgresql") await tx.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
}

/** Migrations are written so that a semicolon at a line's end ends the statement. */
function statements(sql: string): string[] {
  return sql
    .replace(/^--.*$/gm, "")
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
