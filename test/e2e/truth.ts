import type pg from "pg";
import type { EventLine } from "./vigil-cli.ts";

/**
 * The truth beside the events: tables copied before, compared after. It knows nothing of triggers, netting or the
 * outbox, so it finds what capture missed, whichever way the change was made.
 */
export class Truth {
  readonly #psql: pg.Client;
  #tables: Record<string, string> = {};

  constructor(psql: pg.Client) {
    this.#psql = psql;
  }

  /** Remembers every row of these models' tables. */
  async remember(models: string[]): Promise<void> {
    await this.#psql.query("DROP SCHEMA IF EXISTS vigil_truth CASCADE");
    await this.#psql.query("CREATE SCHEMA vigil_truth");
    for (const model of models) {
      const table = TABLES[model] ?? model.replaceAll(".", "_");
      this.#tables[model] = table;
      await this.#psql.query(
        `CREATE TABLE vigil_truth."${table}" AS SELECT id, to_jsonb(t) AS row FROM public."${table}" t`,
      );
    }
  }

  /** Every record whose row is not what it was, with the columns that differ (none for created and deleted). */
  async changes(): Promise<Changed[]> {
    const found: Changed[] = [];
    for (const [model, table] of Object.entries(this.#tables)) {
      const { rows } = await this.#psql.query(
        `SELECT coalesce(a.id, b.id) AS id, CASE WHEN b.id IS NULL THEN 'created' WHEN a.id IS NULL THEN 'deleted' ELSE 'updated' END AS what,
                ARRAY(SELECT key FROM jsonb_each(to_jsonb(a)) x WHERE b.row -> key IS DISTINCT FROM x.value) AS columns
           FROM public."${table}" a FULL JOIN vigil_truth."${table}" b USING (id)
          WHERE to_jsonb(a) IS DISTINCT FROM b.row`,
      );
      for (const { id, what, columns } of rows) {
        const changed = what === "updated" ? (columns as string[]).filter((column) => !NOISE.has(column)) : [];
        if (what !== "updated" || changed.length) found.push({ model, id, what, columns: changed });
      }
    }
    return found;
  }

  async forget(): Promise<void> {
    await this.#psql.query("DROP SCHEMA IF EXISTS vigil_truth CASCADE");
  }
}

export interface Changed {
  model: string;
  id: number;
  what: "created" | "updated" | "deleted";
  columns: string[];
}

/** Models whose table is not named after them. */
const TABLES: Record<string, string> = { "ir.actions.server": "ir_act_server" };
const NOISE = new Set(["write_date", "write_uid", "create_date", "create_uid", "parent_path", "__last_update"]);

/** What the truth knows and the events do not, a line each; empty when nothing was missed. */
export function missing(truth: Changed[], events: EventLine[]): string[] {
  const told = new Map<string, Set<string>>();
  for (const event of events) {
    const key = `${event.model}/${event.record_id}`;
    const fields = told.get(key) ?? new Set();
    told.set(key, fields.add(`@${event.kind}`));
    for (const change of event.changes ?? []) fields.add(change.field);
  }
  return truth.flatMap(({ model, id, what, columns }) => {
    const fields = told.get(`${model}/${id}`);
    if (what !== "updated") return fields?.has(`@record.${what}`) ? [] : [`${model}/${id} was ${what}`];
    return columns.filter((column) => !fields?.has(column)).map((column) => `${model}/${id}.${column} changed`);
  });
}
