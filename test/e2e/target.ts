import pg from "pg";
import { until } from "../odoo/postgres.ts";
import type { Target } from "../odoo/suite.ts";

/** The Odoo these tests run against; `npm test` starts one and tells it here. */
export function target(): Target {
  const told = process.env.VIGIL_TEST_ODOO;
  if (!told)
    throw new Error("These tests need a running Odoo: start them with `npm test` (VIGIL_TEST_ODOO is not set).");
  return JSON.parse(told) as Target;
}

/** A plain connection to Odoo's database: what psql does. */
export async function sql(database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database, application_name: "psql" });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Until a statement of somebody waits for what is locked in `client`'s database. */
export async function untilSomebodyWaits(client: pg.Client): Promise<void> {
  const locks = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const waiting = async () => {
    await client.query("SELECT pg_stat_clear_snapshot()"); // a transaction goes on seeing what it saw first
    return (await client.query(locks)).rowCount;
  };
  await until(waiting, 60_000, "nothing waited for the lock");
}
