import pg from "pg";
import type { Random } from "./random.ts";

/** What one committed transaction left on one record: the marker that its event must carry. */
export type Committed = Map<string, number>;

/**
 * A client that writes partners in transactions of one to four statements, with savepoints, and commits or rolls
 * back at random. What it committed it writes down after PostgreSQL said so.
 */
export async function writer(options: {
  url: string;
  name: string;
  partners: number[];
  transactions: number;
  random: Random;
  committed: Committed;
}): Promise<void> {
  const { name, partners, random, committed } = options;
  const client = new pg.Client({ connectionString: options.url, application_name: `writer ${name}` });
  await client.connect();
  try {
    for (let number = 0; number < options.transactions; number++) {
      const wrote = new Map<number, string>();
      await client.query("BEGIN");
      for (let statement = 0; statement <= random.below(4); statement++) {
        const partner = partners[random.below(partners.length)]!;
        const marker = `${name}-${number}-${statement}`;
        const undone = random.next() < 0.25;
        if (undone) await client.query("SAVEPOINT maybe");
        await client.query("UPDATE res_partner SET ref = $1 WHERE id = $2", [marker, partner]);
        if (undone) await client.query("ROLLBACK TO SAVEPOINT maybe");
        else wrote.set(partner, marker);
      }
      const commits = random.next() < 0.7;
      await client.query(commits ? "COMMIT" : "ROLLBACK");
      if (commits) for (const [partner, marker] of wrote) committed.set(marker, partner);
    }
  } finally {
    await client.end();
  }
}
