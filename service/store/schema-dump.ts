import type { Database } from "./database.ts";

/**
 * The schema as text, the same on every kind of store: columns, keys, indexes, privileges of the worker. The committed
 * `schema.txt` is this text; a test compares, so that a migration and its effect are reviewed together.
 */
export async function dumpSchema(database: Database): Promise<string> {
  const rows = await database.ownerTransaction((tx) =>
    tx.query<{ line: string }>(`
    WITH tables AS (
      SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    )
    SELECT line FROM (
      SELECT t.relname, 1 AS part, a.attnum::int AS place, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
      FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
      UNION ALL
      SELECT t.relname, 0, 0, 'table ' || t.relname || coalesce(' partition by ' || pg_get_partkeydef(t.oid), '') FROM tables t
      UNION ALL
      SELECT t.relname, 2, 0, '  constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
      FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid WHERE c.contype <> 'n'
      UNION ALL
      SELECT t.relname, 3, 0, '  ' || pg_get_indexdef(i.indexrelid)
      FROM tables t JOIN pg_index i ON i.indrelid = t.oid WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
      UNION ALL
      SELECT t.relname, 4, 0, '  grant ' || string_agg(lower(p.privilege), ', ' ORDER BY p.privilege) || ' to vigil_worker'
      FROM tables t CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(privilege)
      WHERE has_table_privilege('vigil_worker', t.oid, p.privilege) GROUP BY t.relname
    ) AS lines ORDER BY relname, part, place, line COLLATE "C"`),
  );
  return `${rows.map((row) => row.line).join("\n")}\n`;
}
